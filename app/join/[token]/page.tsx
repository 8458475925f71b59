/** Where an invite link leads: what the study asks for, and the button that begins it. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { RaterFrame } from "@/components/rating/rater-frame";
import { toSemblanceError } from "@/lib/errors";
import { getInvitation } from "@/lib/ratings/get-invitation";
import { outsideId } from "@/lib/ratings/rater-cookie";

export const metadata: Metadata = { title: "Take part", robots: { index: false } };

export default async function JoinPage({
  params,
  searchParams,
}: {
  params: Promise<{ token: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await params;
  const externalId = outsideId((await searchParams).PROLIFIC_PID);
  const invitation = await getInvitation(token).catch(toSemblanceError);
  if ("code" in invitation) {
    if (invitation.code === "not_found") notFound();
    return (
      <RaterFrame>
        <Notice kind="error" title={invitation.message}>
          {invitation.remedy}
        </Notice>
      </RaterFrame>
    );
  }
  return (
    <RaterFrame>
      <p className="text-sm text-muted">You are invited to take part in</p>
      <h1 className="mt-1 font-serif text-3xl leading-tight">{invitation.studyName}</h1>
      <div className="mt-6 space-y-4 text-pretty">
        {invitation.instructions
          .split(/\n{2,}/)
          .filter(Boolean)
          .map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        <p>
          You will see a caption and two pictures, up to {invitation.itemsPerRater} times. Choose the picture
          that answers the question better. There are no right or wrong answers: we want your first honest
          impression.
        </p>
        <p className="text-sm text-muted">
          No account is needed. We keep your answers, how long each took, the size of your screen and whether
          you used keys or touch. A cookie lets you go on where you stopped.
        </p>
      </div>
      <form action={`/join/${token}/begin`} method="post" className="mt-8">
        {externalId && <input type="hidden" name="externalId" value={externalId} />}
        <Button type="submit" variant="primary">
          Begin
        </Button>
      </form>
    </RaterFrame>
  );
}
