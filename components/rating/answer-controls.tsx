/** What an item is answered with: the buttons of its question's type, or what to tap. */
import { raterQuestions } from "@/lib/questions/registry";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { AnswerButton } from "./answer-button";
import type { RaterStrings } from "./strings/rater-strings";
import type { Rating } from "./use-rating";

const narrowColumns = { 1: "grid-cols-1 gap-1.5", 2: "grid-cols-2 gap-2", 7: "grid-cols-7 gap-1" };
const wideColumns = {
  4: "sm:grid-cols-4 sm:gap-3",
  5: "sm:grid-cols-5 sm:gap-3",
  7: "sm:grid-cols-7 sm:gap-2",
};

export function AnswerControls({
  item: { questionType, imageTokens },
  rating,
  shortcuts,
  strings,
}: {
  item: AssignedItem;
  rating: Rating;
  /** Whether single characters answer. */
  shortcuts: boolean;
  strings: RaterStrings;
}) {
  const question = raterQuestions[questionType].screen;
  const own = strings.answers[questionType];
  const { tapped } = rating;
  if (question.buttons) {
    const { buttons, columns } = question.buttons(own, strings);
    const legend = buttons.some(({ sign }) => sign)
      ? [buttons[0]!, buttons[Math.floor(buttons.length / 2)]!, buttons.at(-1)!]
      : [];
    return (
      <>
        <fieldset
          aria-labelledby="question"
          className={`mt-2 grid min-w-0 sm:mt-4 ${narrowColumns[columns.narrow]} ${wideColumns[columns.wide]}`}
        >
          {buttons.map(({ answer, keyNames: [withCharacters, without], ...button }) => (
            <AnswerButton
              key={button.label}
              {...button}
              keyName={shortcuts ? withCharacters : without}
              disabled={!rating.isReady}
              onAnswer={(inputKind) => rating.answer(answer, inputKind)}
            />
          ))}
        </fieldset>
        {legend.length > 0 ? (
          <p aria-hidden="true" className="mt-1 flex justify-between gap-2 text-muted text-xs sm:hidden">
            {legend.map(({ label, stackedLabel = label }) => (
              <span key={label}>
                <span className="stacked:hidden">{label}</span>
                <span className="hidden stacked:inline">{stackedLabel}</span>
              </span>
            ))}
          </p>
        ) : null}
      </>
    );
  }
  return (
    <div className="mt-3 flex min-h-13 flex-wrap items-center justify-center gap-x-4">
      <p role="status" className="font-medium">
        {question.taps?.hint(own, tapped.length)}{" "}
        <span className="numeric whitespace-nowrap text-muted">
          {tapped.length} / {question.taps?.needed(imageTokens.length)}
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
