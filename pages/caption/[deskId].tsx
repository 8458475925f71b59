/** The captioner's screen: an image and its captions. */
import { serialize } from "cookie";
import type { GetServerSideProps } from "next";
import type { ComponentProps } from "react";
import { CaptioningScreen } from "@/components/captioning/captioning-screen";
import { DeskProblem } from "@/components/captioning/desk-problem";
import { storedDisplay } from "@/components/rating/stored-display";
import { findCaptioner } from "@/lib/desks/join/find-captioner";
import { leaseImages } from "@/lib/desks/share/lease-images";
import { errorToStatus } from "@/lib/errors";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { log } from "@/lib/platform/log/log";
import { clientOfRequest } from "@/lib/platform/server/client-address";
import { readRaterToken, secureRaterCookie } from "@/lib/rating/join/rater-cookie";

type Props =
  | { problem: ComponentProps<typeof DeskProblem> }
  | { problem: null; screen: ComponentProps<typeof CaptioningScreen> };

export const getServerSideProps: GetServerSideProps<Props, { deskId: string }> = async ({
  req,
  res,
  params,
}) => {
  const { deskId } = params!;
  const cookie = (name: string) => req.cookies[name];
  const { display, language } = storedDisplay(req);
  const opened = await findCaptioner(readRaterToken(cookie, deskId), deskId)
    .then(async ({ id, desk }) => ({ desk, lease: await leaseImages(id) }))
    .catch(toPlatformError);
  if ("code" in opened) {
    if (opened.code === "unavailable") res.statusCode = errorToStatus(opened.code);
    if (opened.code === "internal") {
      log().error({ err: opened.cause ?? opened }, "A captioner’s page could not be made.");
    }
    const problem = opened.code === "not_signed_in" ? "person" : "other";
    return { props: { problem: { problem, display, language } } };
  }
  for (const { name, value, options } of secureRaterCookie(cookie, deskId, clientOfRequest(req).secure)) {
    res.appendHeader("Set-Cookie", serialize(name, value, options));
  }
  const { desk, lease } = opened;
  return {
    props: {
      problem: null,
      screen: {
        deskId,
        deskName: desk.name,
        deskLanguage: desk.language,
        captionLanguage: desk.captionLanguage,
        captionsPerImage: desk.captionsPerImage,
        instructions: desk.instructions,
        firstLease: lease,
        display,
      },
    },
  };
};

export default function CaptionPage(props: Props) {
  return props.problem ? <DeskProblem {...props.problem} /> : <CaptioningScreen {...props.screen} />;
}
