/** The four answers to a pair. */
import type { Winner } from "@/lib/ratings/statistics/vote";
import { AnswerButton } from "./answer-button";
import type { InputKind } from "./input-kind";
import type { RaterStrings } from "./strings/rater-strings";

const keyNames: Record<Winner, readonly string[]> = {
  left: ["ArrowLeft", "1"],
  right: ["ArrowRight", "2"],
  tie: ["=", "e", "ArrowUp", "3"],
  both_bad: ["0", "n", "ArrowDown", "4"],
};

export function keyToWinner(key: string): Winner | null {
  return (Object.keys(keyNames) as Winner[]).find((winner) => keyNames[winner].includes(key)) ?? null;
}

export function PairButtons({
  strings,
  disabled,
  onAnswer,
}: {
  strings: RaterStrings;
  disabled: boolean;
  onAnswer: (winner: Winner, inputKind: InputKind) => void;
}) {
  const answers = [
    { winner: "left", label: strings.left, stackedLabel: strings.upper, keyName: "←" },
    { winner: "right", label: strings.right, stackedLabel: strings.lower, keyName: "→" },
    { winner: "tie", label: strings.equal, keyName: "=" },
    { winner: "both_bad", label: strings.neither, keyName: "0" },
  ] as const;
  return (
    <fieldset
      aria-labelledby="question"
      className="mt-3 grid grid-cols-2 gap-2 sm:mt-5 sm:grid-cols-4 sm:gap-3"
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
