/** The rater's screen: a caption, its pictures, the answers. */
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { GuideReturn } from "@/components/guide/guide-return";
import { RaterProblem } from "@/components/rating/rater-problem";
import { RatingScreen } from "@/components/rating/rating-screen";
import { storedDisplay } from "@/components/rating/stored-display";
import { getGuide } from "@/lib/dashboard/guide";
import { toSemblanceError } from "@/lib/errors";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { findRater } from "@/lib/rating/join/find-rater";
import { raterCookieName } from "@/lib/rating/join/rater-cookie";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";

// Without a title of its own, which would be in one language.
export const metadata: Metadata = { robots: { index: false } };

export default async function RatePage({ params }: { params: Promise<{ studyId: string }> }) {
  const { studyId } = await params;
  const token = (await cookies()).get(raterCookieName(studyId))?.value;
  const { display, language } = await storedDisplay();
  const opened = await findRater(token)
    .then(async (rater) => ({ study: rater.study, lease: await leaseAssignments(rater.id) }))
    .catch(toSemblanceError);
  if ("code" in opened) {
    if (opened.code === "internal") console.error("A rater's page could not be made:", opened);
    const problem = opened.code === "not_signed_in" ? "unknownRater" : "other";
    return <RaterProblem problem={problem} display={display} language={language} studyId={studyId} />;
  }
  const person = await currentUser();
  const guide = person ? await getGuide(person) : null;
  const leaderboard = `/admin/studies/${studyId}/leaderboard`;
  return (
    // The guide's line takes its room from the pictures, so that the answers stay on the screen.
    <div className="flex min-h-dvh flex-col">
      {guide?.steps.some(({ href }) => href === leaderboard) ? <GuideReturn href={leaderboard} /> : null}
      <RatingScreen
        studyId={studyId}
        studyName={opened.study.name}
        studyLanguage={opened.study.language}
        captionLanguage={opened.study.captionLanguage}
        display={display}
        firstLease={opened.lease}
      />
    </div>
  );
}
