/** Where an invite link leads: what the study asks for, and the button that begins it. */
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { Notice } from "@/components/notice";
import { displayCookieName, readDisplaySettings } from "@/components/rating/display-settings";
import { Invitation, type JoinProblem } from "@/components/rating/invitation";
import { RaterFrame } from "@/components/rating/rater-frame";
import { toSemblanceError } from "@/lib/errors";
import { describeTask } from "@/lib/ratings/describe-task";
import { getInvitation } from "@/lib/ratings/get-invitation";
import { outsideId } from "@/lib/ratings/rater-cookie";

export const metadata: Metadata = { title: "Take part", robots: { index: false } };

/** What recruiting services append to the link, by the form's field that carries it on. */
const idParameters = {
  externalId: "PROLIFIC_PID",
  externalStudyId: "STUDY_ID",
  externalSessionId: "SESSION_ID",
} as const;

export default async function JoinPage({
  params,
  searchParams,
}: {
  params: Promise<{ token: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await params;
  const query = await searchParams;
  const invitation = await getInvitation(token).catch(toSemblanceError);
  if ("code" in invitation) {
    if (invitation.code === "not_found") notFound();
    return (
      <RaterFrame>
        <h1 className="mb-4 font-serif text-2xl">Take part</h1>
        <Notice kind="error" title={invitation.message}>
          {invitation.remedy}
        </Notice>
      </RaterFrame>
    );
  }
  const ids = Object.entries(idParameters).flatMap(([field, parameter]) => {
    const id = outsideId(query[parameter]);
    return id === undefined ? [] : [[field, id] as const];
  });
  return (
    <Invitation
      studyName={invitation.studyName}
      instructions={invitation.instructions}
      consentText={invitation.consentText}
      studyLanguage={invitation.language}
      task={await describeTask(invitation.studyId)}
      action={`/join/${token}/begin`}
      ids={Object.fromEntries(ids)}
      problem={toProblem(query.problem)}
      display={readDisplaySettings((await cookies()).get(displayCookieName)?.value)}
    />
  );
}

function toProblem(value: unknown): JoinProblem | null {
  if (value === undefined) return null;
  return value === "consent" || value === "excluded" ? value : "other";
}
