/** What an item is answered with, by the type of its question. */
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { PairButtons } from "./pair-buttons";
import { tapsNeeded } from "./ranked-places";
import { ScaleButtons } from "./scale-buttons";
import type { RaterStrings } from "./strings/rater-strings";
import type { Rating } from "./use-rating";

export function AnswerControls({
  item,
  rating,
  shortcuts,
  strings,
}: {
  item: AssignedItem;
  rating: Rating;
  shortcuts: boolean;
  strings: RaterStrings;
}) {
  switch (item.questionType) {
    case "pair":
      return (
        <PairButtons
          strings={strings}
          shortcuts={shortcuts}
          disabled={!rating.isReady}
          onAnswer={(winner, inputKind) => rating.answer({ type: "pair", winner }, inputKind)}
        />
      );
    case "likert":
      return (
        <ScaleButtons
          strings={strings}
          shortcuts={shortcuts}
          disabled={!rating.isReady}
          onAnswer={(score, inputKind) => rating.answer({ type: "likert", score }, inputKind)}
        />
      );
    case "ranking":
    case "best-worst": {
      const { tapped } = rating;
      const needed = tapsNeeded(item.questionType, item.pictureTokens.length);
      const hint = tapped.length === 0 ? strings.bestHint : strings.worstHint;
      return (
        <div className="mt-3 flex min-h-13 flex-wrap items-center justify-center gap-x-4">
          <p role="status" className="font-medium">
            {item.questionType === "ranking" ? strings.rankHint : hint}{" "}
            <span className="numeric whitespace-nowrap text-muted">
              {tapped.length} / {needed}
            </span>
          </p>
          <button
            type="button"
            className={`min-h-11 rounded-md border border-field px-3 ${tapped.length === 0 ? "invisible" : ""}`}
            onClick={rating.startOver}
          >
            {strings.startOver}
          </button>
        </div>
      );
    }
  }
}
