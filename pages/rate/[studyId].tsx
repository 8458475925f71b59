/** The rater's screen: a caption, its images, the answers. Built once for everybody, and filled in the browser (decision 53). */
import { GuideReturn } from "@/components/guide/guide-return";
import { OpeningPage } from "@/components/rating/opening-page";
import { RaterProblem } from "@/components/rating/rater-problem";
import { RatingScreen } from "@/components/rating/rating-screen";
import { useOpened } from "@/components/rating/use-opened";
import type { OpenedStudy } from "@/lib/rating/item/opened-study";

export default function RatePage() {
  const opening = useOpened<OpenedStudy>("/api/rate");
  if (opening.state === "opening" || opening.state === "away") {
    return <OpeningPage opening={opening} images={2} />;
  }
  const { state, id: studyId, reader } = opening;
  if (state !== "opened") {
    return (
      <RaterProblem problem={state === "unknown" ? "unknownRater" : "other"} studyId={studyId} {...reader} />
    );
  }
  const { guideLeadsTo, ...screen } = opening.opened;
  return (
    // The guide's line takes its room from the images, so that the answers stay on the screen.
    <div className="flex min-h-dvh flex-col">
      {guideLeadsTo ? <GuideReturn href={guideLeadsTo} /> : null}
      <RatingScreen studyId={studyId} display={reader.display} {...screen} />
    </div>
  );
}
