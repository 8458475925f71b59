/** The rater's screen: a caption, its images, the answers. */
import { serialize } from "cookie";
import type { GetServerSideProps } from "next";
import type { ComponentProps } from "react";
import { GuideReturn } from "@/components/guide/guide-return";
import { RaterProblem } from "@/components/rating/rater-problem";
import { RatingScreen } from "@/components/rating/rating-screen";
import { storedDisplay } from "@/components/rating/stored-display";
import { getGuide } from "@/lib/dashboard/guide";
import { errorToStatus } from "@/lib/errors";
import { memberOfRequest } from "@/lib/platform/accounts/member-of-cookie";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { log } from "@/lib/platform/log/log";
import { clientOfRequest } from "@/lib/platform/server/client-address";
import { findRater } from "@/lib/rating/join/find-rater";
import { readRaterToken, secureRaterCookie } from "@/lib/rating/join/rater-cookie";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";

type Props =
  | { problem: ComponentProps<typeof RaterProblem> }
  | {
      problem: null;
      screen: ComponentProps<typeof RatingScreen>;
      /** Where the guide of a first visit goes on; null for everybody else. */
      guideLeadsTo: string | null;
    };

export const getServerSideProps: GetServerSideProps<Props, { studyId: string }> = async ({
  req,
  res,
  params,
}) => {
  const { studyId } = params!;
  const cookie = (name: string) => req.cookies[name];
  const token = readRaterToken(cookie, studyId);
  const { display, language } = storedDisplay(req);
  const opened = await findRater(token)
    .then(async (rater) => ({ study: rater.study, lease: await leaseAssignments(rater.id) }))
    .catch(toPlatformError);
  if ("code" in opened) {
    if (opened.code === "unavailable") res.statusCode = errorToStatus(opened.code);
    if (opened.code === "internal")
      log().error({ err: opened.cause ?? opened }, "A rater’s page could not be made.");
    const problem = opened.code === "not_signed_in" ? "unknownRater" : "other";
    return { props: { problem: { problem, display, language, studyId } } };
  }
  for (const { name, value, options } of secureRaterCookie(cookie, studyId, clientOfRequest(req).secure)) {
    res.appendHeader("Set-Cookie", serialize(name, value, options));
  }
  const person = await memberOfRequest(req);
  const guide = person ? await getGuide(person) : null;
  const leaderboard = `/admin/studies/${studyId}/leaderboard`;
  const { study, lease } = opened;
  return {
    props: {
      problem: null,
      guideLeadsTo: guide?.steps.some(({ href }) => href === leaderboard) ? leaderboard : null,
      screen: {
        studyId,
        studyName: study.name,
        studyLanguage: study.language,
        captionLanguage: study.captionLanguage,
        display,
        firstLease: lease,
      },
    },
  };
};

export default function RatePage(props: Props) {
  if (props.problem) return <RaterProblem {...props.problem} />;
  return (
    // The guide's line takes its room from the images, so that the answers stay on the screen.
    <div className="flex min-h-dvh flex-col">
      {props.guideLeadsTo ? <GuideReturn href={props.guideLeadsTo} /> : null}
      <RatingScreen {...props.screen} />
    </div>
  );
}
