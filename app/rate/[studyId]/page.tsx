/** The rater's screen: a caption, its pictures, the answers. */
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { Notice } from "@/components/notice";
import { RaterFrame } from "@/components/rating/rater-frame";
import { RatingScreen } from "@/components/rating/rating-screen";
import { toSemblanceError } from "@/lib/errors";
import { findRater } from "@/lib/ratings/find-rater";
import { leaseAssignments } from "@/lib/ratings/lease-assignments";
import { raterCookieName } from "@/lib/ratings/rater-cookie";

export const metadata: Metadata = { title: "Compare pictures", robots: { index: false } };

export default async function RatePage({ params }: { params: Promise<{ studyId: string }> }) {
  const { studyId } = await params;
  const token = (await cookies()).get(raterCookieName(studyId))?.value;
  const opened = await findRater(token)
    .then(async (rater) => ({ study: rater.study, lease: await leaseAssignments(rater.id) }))
    .catch(toSemblanceError);
  if ("code" in opened) {
    return (
      <RaterFrame>
        <Notice kind="error" title={opened.message}>
          {opened.remedy}
        </Notice>
      </RaterFrame>
    );
  }
  const { name, language } = opened.study;
  return <RatingScreen studyId={studyId} studyName={name} language={language} firstLease={opened.lease} />;
}
