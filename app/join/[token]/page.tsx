/** Where an invite link leads: what the study asks for, and the button that begins it. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Invitation, type JoinProblem } from "@/components/rating/invitation";
import { RaterProblem, type RaterProblemKind } from "@/components/rating/rater-problem";
import { storedDisplay } from "@/components/rating/stored-display";
import { type ErrorCode, toSemblanceError } from "@/lib/errors";
import { describeTask } from "@/lib/ratings/describe-task";
import { getInvitation } from "@/lib/ratings/get-invitation";
import { readOutsideIds } from "@/lib/ratings/outside-ids";

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
    return <RaterProblem problem={problemOf(invitation.code)} display={display} language={language} />;
  }
  const { parameters, problem: idProblem } = readOutsideIds(
    Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const)),
  );
  return (
    <Invitation
      studyName={invitation.studyName}
      instructions={invitation.instructions}
      consentText={invitation.consentText}
      studyLanguage={invitation.language}
      task={await describeTask(invitation.studyId)}
      action={`/join/${token}/begin`}
      ids={parameters}
      idProblem={idProblem}
      problem={toJoinProblem(query.problem)}
      display={display}
    />
  );
}

function problemOf(code: ErrorCode): RaterProblemKind {
  return code === "unavailable" ? "notOpen" : code === "gone" ? "closed" : "other";
}

function toJoinProblem(value: unknown): JoinProblem | null {
  if (value === undefined) return null;
  return value === "consent" || value === "excluded" ? value : "other";
}
