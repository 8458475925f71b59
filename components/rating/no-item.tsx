/** What a rater reads while there is no item to judge: answers on their way, the end, or a browser that is not known. */
import { Undo2 } from "lucide-react";
import type { RaterStrings } from "./strings/rater-strings";
import { StudyEnd } from "./study-end";
import type { Rating } from "./use-rating";

export function NoItem({ rating, strings }: { rating: Rating; strings: RaterStrings }) {
  return (
    <>
      {rating.isUnknown && rating.outgoing.waiting === 0 ? (
        <>
          <h1 className="font-serif text-2xl">{strings.problems.unknownRater.title}</h1>
          <p className="mt-3 text-muted" role="status">
            {strings.problems.unknownRater.text}
          </p>
        </>
      ) : rating.unsent > 0 ? (
        <>
          <h1 className="font-serif text-2xl">{strings.waitingTitle}</h1>
          <p className="mt-3 text-muted" role="status">
            {rating.outgoing.isUnsafe
              ? strings.unsafeText(rating.unsent)
              : strings.waitingText(rating.unsent)}
          </p>
        </>
      ) : (
        <StudyEnd
          end={rating.lease.end ?? "nothing-open"}
          answered={rating.answered}
          completion={rating.lease.completion}
          strings={strings}
        />
      )}
      {rating.canUndo ? (
        <button
          type="button"
          className="mt-6 flex min-h-11 items-center gap-2 rounded-md border border-field px-3"
          onClick={rating.undo}
        >
          <Undo2 className="size-5" aria-hidden="true" />
          {strings.changeLast}
        </button>
      ) : null}
    </>
  );
}
