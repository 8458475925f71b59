/** The four answers to a pair. */
import type { Winner } from "@/lib/statistics/vote";
import { AnswerButton } from "./answer-button";
import type { InputKind } from "./input-kind";
import type { RaterStrings } from "./strings/rater-strings";

export function PairButtons({
  strings,
  shortcuts,
  disabled,
  onAnswer,
}: {
  strings: RaterStrings;
  /** Whether signs answer as well as arrows do. */
  shortcuts: boolean;
  disabled: boolean;
  onAnswer: (winner: Winner, inputKind: InputKind) => void;
}) {
  const answers = [
    { winner: "left", label: strings.left, stackedLabel: strings.upper, keyName: "←" },
    { winner: "right", label: strings.right, stackedLabel: strings.lower, keyName: "→" },
    { winner: "tie", label: strings.equal, keyName: shortcuts ? "=" : "↑" },
    { winner: "both_bad", label: strings.neither, keyName: shortcuts ? "0" : "↓" },
  ] as const;
  return (
    <fieldset
      aria-labelledby="question"
      className="mt-2 grid grid-cols-2 gap-2 sm:mt-4 sm:grid-cols-4 sm:gap-3"
    >
      {answers.map(({ winner, ...answer }) => (
        <AnswerButton
          key={winner}
          {...answer}
          disabled={disabled}
          onAnswer={(inputKind) => onAnswer(winner, inputKind)}
        />
      ))}
    </fieldset>
  );
}
