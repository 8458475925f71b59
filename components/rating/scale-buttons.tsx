/** The five points of a scale, the worst first. */
import { AnswerButton } from "./answer-button";
import type { InputKind } from "./input-kind";
import type { RaterStrings } from "./strings/rater-strings";

export function ScaleButtons({
  strings,
  shortcuts,
  disabled,
  onAnswer,
}: {
  strings: RaterStrings;
  shortcuts: boolean;
  disabled: boolean;
  onAnswer: (score: number, inputKind: InputKind) => void;
}) {
  return (
    <fieldset aria-labelledby="question" className="mt-2 grid gap-1.5 sm:mt-4 sm:grid-cols-5 sm:gap-3">
      {strings.scale.map((label, index) => (
        <AnswerButton
          key={label}
          label={`${index + 1} · ${label}`}
          keyName={shortcuts ? String(index + 1) : null}
          disabled={disabled}
          onAnswer={(inputKind) => onAnswer(index + 1, inputKind)}
        />
      ))}
    </fieldset>
  );
}
