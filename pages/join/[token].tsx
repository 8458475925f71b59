/** Where an invite link leads: what the study asks for, and the button that begins it. */
import type { GetServerSideProps } from "next";
import type { ComponentProps } from "react";
import { Invitation } from "@/components/rating/invitation";
import { RaterProblem } from "@/components/rating/rater-problem";
import { storedDisplay } from "@/components/rating/stored-display";
import { errorToStatus } from "@/lib/errors";
import { memberOfRequest } from "@/lib/platform/accounts/member-of-cookie";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { db } from "@/lib/platform/database/db";
import { makeChallenge } from "@/lib/rating/admission/challenge";
import { type RefusalReason, recordRefusal } from "@/lib/rating/admission/refusals";
import { describeTask } from "@/lib/rating/join/describe-task";
import { getInvitation } from "@/lib/rating/join/get-invitation";
import { identifyVisitor } from "@/lib/rating/join/identify-visitor";
import { readLinkProofs } from "@/lib/rating/join/link-proofs";
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
  const proofs = readLinkProofs(query);
  const carried = { ...parameters, ...proofs };
  const userId = (await memberOfRequest(req))?.id;
  const rater = readRaterToken((name) => req.cookies[name], invitation.studyId);
  const visitor = await identifyVisitor(db, invitation, { ...ids, ...proofs, token: rater, userId });
  if (invitation.isClosed) {
    return {
      props: {
        problem: {
          problem: "closed",
          ending: findLateEnding(invitation.endings, "closed"),
          returning: visitor.returning ? { action, ids: carried } : null,
          ...frame,
        },
      },
    };
  }
  const { refused } = visitor;
  // Somebody who was sent back here has been counted.
  if (refused && problem === null) await recordRefusal(invitation.studyId, refused, ids.externalId);
  const obstacle = obstacleOf(refused, problem);
  if (obstacle) {
    const code = { action, ids: carried, isWrong: problem === "code" };
    return { props: { problem: { problem: obstacle, code, ...frame } } };
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
        ids: carried,
        challenge:
          visitor.returning || userId || invitation.access.way !== "open-link"
            ? null
            : makeChallenge(invitation.studyId),
        idProblem,
        isPilot: invitation.isPilot,
        problem:
          problem === null
            ? null
            : problem === "consent" || problem === "proof" || problem === "code"
              ? problem
              : "other",
        display,
      },
    },
  };
};

/** What a visitor reads instead of the invitation; null where they may begin. */
function obstacleOf(refused: RefusalReason | null, problem: string | null) {
  if (refused === "id-in-use") return "idInUse";
  if (refused === "invitation" || refused === "signature") return refused;
  return problem === "address" || problem === "device" ? problem : null;
}

export default function JoinPage(props: Props) {
  return props.problem ? <RaterProblem {...props.problem} /> : <Invitation {...props.invitation} />;
}
