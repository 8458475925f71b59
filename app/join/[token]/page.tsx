/** Where an invite link leads: what the study asks for, and the button that begins it. */
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { Invitation } from "@/components/rating/invitation";
import { RaterProblem } from "@/components/rating/rater-problem";
import { storedDisplay } from "@/components/rating/stored-display";
import { toSemblanceError } from "@/lib/errors";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { describeTask } from "@/lib/rating/join/describe-task";
import { getInvitation } from "@/lib/rating/join/get-invitation";
import { isKnownRater } from "@/lib/rating/join/join-study";
import { readOutsideIds } from "@/lib/rating/join/outside-ids";
import { raterCookieName } from "@/lib/rating/join/rater-cookie";
import { findEnding, findLateEnding } from "@/lib/studies/design/endings";

// Without a title of its own, which would be in one language.
export const metadata: Metadata = { robots: { index: false } };

export default async function JoinPage({
  params,
  searchParams,
}: {
  params: Promise<{ token: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await params;
  const query = await searchParams;
  const { display, language } = await storedDisplay();
  const invitation = await getInvitation(token).catch(toSemblanceError);
  if ("code" in invitation) {
    if (invitation.code === "not_found") notFound();
    const problem = invitation.code === "unavailable" ? "notOpen" : "other";
    return <RaterProblem problem={problem} display={display} language={language} />;
  }
  const frame = { display, language: invitation.language, studyId: invitation.studyId };
  const { problem } = query;
  if (problem === "excluded" || problem === "screenedOut") {
    return <RaterProblem problem={problem} ending={findEnding(invitation.endings, problem)} {...frame} />;
  }
  const action = `/join/${token}/begin`;
  const {
    ids,
    parameters,
    problem: idProblem,
  } = readOutsideIds(
    Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const)),
  );
  if (invitation.isClosed) {
    const isKnown = await isKnownRater(invitation.studyId, {
      ...ids,
      token: (await cookies()).get(raterCookieName(invitation.studyId))?.value,
      userId: (await currentUser())?.id,
    });
    return (
      <RaterProblem
        problem="closed"
        ending={findLateEnding(invitation.endings, "closed")}
        returning={isKnown ? { action, ids: parameters } : null}
        {...frame}
      />
    );
  }
  return (
    <Invitation
      studyId={invitation.studyId}
      studyName={invitation.studyName}
      instructions={invitation.instructions}
      consentText={invitation.consentText}
      studyLanguage={invitation.language}
      task={await describeTask(invitation.studyId)}
      action={action}
      ids={parameters}
      idProblem={idProblem}
      isPilot={invitation.isPilot}
      problem={problem === undefined ? null : problem === "consent" ? "consent" : "other"}
      display={display}
    />
  );
}
