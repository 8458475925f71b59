/** The captioner's screen: an image and its captions. Built once for everybody, and filled in the browser (decision 53). */
import { CaptioningScreen } from "@/components/captioning/captioning-screen";
import { DeskProblem } from "@/components/captioning/desk-problem";
import { OpeningPage } from "@/components/rating/opening-page";
import { useOpened } from "@/components/rating/use-opened";
import type { OpenedDesk } from "@/lib/desks/captioner-requests";

export default function CaptionPage() {
  const opening = useOpened<OpenedDesk>("/api/caption");
  if (opening.state === "opening" || opening.state === "away") {
    return <OpeningPage opening={opening} images={1} />;
  }
  const { state, id: deskId, reader } = opening;
  if (state !== "opened") {
    return <DeskProblem problem={state === "unknown" ? "person" : "other"} {...reader} />;
  }
  return <CaptioningScreen deskId={deskId} display={reader.display} {...opening.opened} />;
}
