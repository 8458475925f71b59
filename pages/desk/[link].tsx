/** Where the link of a captioning desk leads: what is asked for, and the button that begins it. */
import type { GetServerSideProps } from "next";
import type { ComponentProps } from "react";
import { DeskInvitation } from "@/components/captioning/desk-invitation";
import { DeskProblem } from "@/components/captioning/desk-problem";
import { storedDisplay } from "@/components/rating/stored-display";
import { getDeskInvitation } from "@/lib/desks/join/desk-invitation";
import { findCaptioner } from "@/lib/desks/join/find-captioner";
import { errorToStatus } from "@/lib/errors";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { makeChallenge } from "@/lib/rating/admission/challenge";
import { readRaterToken } from "@/lib/rating/join/rater-cookie";

type Props =
  | { problem: ComponentProps<typeof DeskProblem> }
  | { problem: null; invitation: ComponentProps<typeof DeskInvitation> };

const problems = ["full", "name", "address", "browser", "proof"] as const;

export const getServerSideProps: GetServerSideProps<Props, { link: string }> = async ({
  req,
  res,
  params,
  query,
}) => {
  const { link } = params!;
  const { display, language } = storedDisplay(req);
  const invitation = await getDeskInvitation(link).catch(toPlatformError);
  if ("code" in invitation) {
    res.statusCode = errorToStatus(invitation.code);
    const problem = invitation.code === "not_found" ? "link" : "other";
    return { props: { problem: { problem, display, language } } };
  }
  const { deskId, isClosed, person } = invitation;
  const token = readRaterToken((name) => req.cookies[name], deskId);
  const returning = await findCaptioner(token, deskId).catch(() => null);
  const known = person ?? returning;
  const asked = problems.find((each) => each === query.problem);
  return {
    props: {
      problem: null,
      invitation: {
        name: invitation.name,
        instructions: invitation.instructions,
        deskLanguage: invitation.language,
        share: invitation.share,
        captionsPerImage: invitation.captionsPerImage,
        action: `/desk/${link}/begin`,
        person: known?.name ?? null,
        challenge: known ? null : makeChallenge(deskId),
        problem: isClosed ? "closed" : (asked ?? (query.problem === undefined ? null : "other")),
        isOver: (isClosed && !returning) || asked === "full",
        display,
      },
    },
  };
};

export default function DeskPage(props: Props) {
  return props.problem ? <DeskProblem {...props.problem} /> : <DeskInvitation {...props.invitation} />;
}
