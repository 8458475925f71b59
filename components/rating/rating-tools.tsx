/** What a rater can do besides answering: take back, look closer, pause, report. */
import { Flag, Pause, Undo2, ZoomIn } from "lucide-react";
import type { ReactNode } from "react";
import type { RaterStrings } from "./strings/rater-strings";
import { ToolButton } from "./tool-button";
import type { Rating } from "./use-rating";

export function RatingTools({
  rating,
  strings,
  onZoom,
  onReport,
  children,
}: {
  rating: Rating;
  strings: RaterStrings;
  onZoom: () => void;
  onReport: () => void;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-wrap">
      <ToolButton
        label={strings.undo}
        disabled={!rating.canUndo}
        onClick={rating.undo}
        icon={<Undo2 className="size-5" aria-hidden="true" />}
      />
      <ToolButton
        label={strings.zoom}
        disabled={rating.isPaused}
        onClick={onZoom}
        icon={<ZoomIn className="size-5" aria-hidden="true" />}
      />
      <ToolButton
        label={strings.pause}
        disabled={rating.isPaused || rating.unmarked !== null}
        onClick={rating.pause}
        icon={<Pause className="size-5" aria-hidden="true" />}
      />
      <ToolButton
        label={strings.report}
        disabled={rating.isPaused || rating.unmarked !== null}
        onClick={onReport}
        icon={<Flag className="size-5" aria-hidden="true" />}
      />
      {children}
    </div>
  );
}
