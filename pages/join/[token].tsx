/** Where an invite link leads: what the study asks for, and the button that begins it. */
import type { GetServerSideProps } from "next";
import type { ComponentProps } from "react";
import { Invitation } from "@/components/rating/invitation";
import { RaterProblem } from "@/components/rating/rater-problem";
import { storedDisplay } from "@/components/rating/stored-display";
import { errorToStatus } from "@/lib/errors";
import { memberOfRequest } from "@/lib/platform/accounts/member-of-cookie";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { describeTask } from "@/lib/rating/join/describe-task";
import { getInvitation } from "@/lib/rating/join/get-invitation";
import { isKnownRater } from "@/lib/rating/join/join-study";
import { readOutsideIds } from "@/lib/rating/join/outside-ids";
import { readRaterToken } from "@/lib/rating/join/rater-cookie";
import { findEnding, findLateEnding } from "@/lib/studies/design/endings";

type Props =
  | { problem: ComponentProps<typeof RaterProblem> }
  | { problem: null; invitation: ComponentProps<typeof Invitation> };

export const getServerSideProps: GetServerSideProps<Props, { token: string }> = async ({
  req,
  res,
  params,
  resolvedUrl,
}) => {
  const { token } = params!;
  const query = new URL(resolvedUrl, "http://localhost").searchParams;
  const { display, language } = storedDisplay(req);
  const invitation = await getInvitation(token).catch(toPlatformError);
  if ("code" in invitation) {
    const isUnknown = invitation.code === "not_found";
    const isNotOpen = invitation.details?.problem === "notOpen";
    if (!isNotOpen) res.statusCode = errorToStatus(invitation.code);
    const problem = isUnknown ? "unknownLink" : isNotOpen ? "notOpen" : "other";
    return { props: { problem: { problem, display, language } } };
  }
  const frame = { display, language: invitation.language, studyId: invitation.studyId };
  const problem = query.get("problem");
  if (problem === "excluded" || problem === "screenedOut") {
    const ending = findEnding(invitation.endings, problem);
    return { props: { problem: { problem, ending, ...frame } } };
  }
  const action = `/join/${token}/begin`;
  const { ids, parameters, problem: idProblem } = readOutsideIds(query);
  if (invitation.isClosed) {
    const isKnown = await isKnownRater(invitation.studyId, {
      ...ids,
      token: readRaterToken((name) => req.cookies[name], invitation.studyId),
      userId: (await memberOfRequest(req))?.id,
    });
    return {
      props: {
        problem: {
          problem: "closed",
          ending: findLateEnding(invitation.endings, "closed"),
          returning: isKnown ? { action, ids: parameters } : null,
          ...frame,
        },
      },
    };
  }
  return {
    props: {
      problem: null,
      invitation: {
        studyId: invitation.studyId,
        studyName: invitation.studyName,
        instructions: invitation.instructions,
        consentText: invitation.consentText,
        studyLanguage: invitation.language,
        task: await describeTask(invitation.studyId),
        action,
        ids: parameters,
        idProblem,
        isPilot: invitation.isPilot,
        problem: problem === null ? null : problem === "consent" ? "consent" : "other",
        display,
      },
    },
  };
};

export default function JoinPage(props: Props) {
  return props.problem ? <RaterProblem {...props.problem} /> : <Invitation {...props.invitation} />;
}
