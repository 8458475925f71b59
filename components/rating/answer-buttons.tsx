/** The four answers, as large targets within a thumb's reach, each with its key. */
"use client";

import type { Answer } from "./answer-outbox";

type Winner = Answer["winner"];

const answers: {
  winner: Winner;
  label: string;
  /** Where the pictures stand one above the other. */
  stackedLabel?: string;
  key: string;
  keyNames: string[];
}[] = [
  { winner: "LEFT", label: "Left", stackedLabel: "Upper", key: "←", keyNames: ["ArrowLeft", "1"] },
  { winner: "RIGHT", label: "Right", stackedLabel: "Lower", key: "→", keyNames: ["ArrowRight", "2"] },
  { winner: "TIE", label: "Equally good", key: "=", keyNames: ["=", "e", "ArrowUp", "3"] },
  { winner: "BOTH_BAD", label: "Neither fits", key: "0", keyNames: ["0", "n", "ArrowDown", "4"] },
];

export function keyToWinner(key: string): Winner | null {
  return answers.find((answer) => answer.keyNames.includes(key))?.winner ?? null;
}

/** The kind of pointer behind a click; a click without one comes from the keyboard. */
export function pointerKind(event: React.MouseEvent): Answer["inputKind"] {
  if (event.detail === 0) return "key";
  const kind = (event.nativeEvent as PointerEvent).pointerType;
  return kind === "mouse" || kind === "touch" || kind === "pen" ? kind : "";
}

export function AnswerButtons({
  disabled,
  onAnswer,
}: {
  disabled: boolean;
  onAnswer: (winner: Winner, inputKind: Answer["inputKind"]) => void;
}) {
  return (
    <fieldset
      aria-labelledby="question"
      className="mt-3 grid grid-cols-2 gap-2 sm:mt-5 sm:grid-cols-4 sm:gap-3"
    >
      {answers.map(({ winner, label, stackedLabel = label, key }) => (
        <button
          key={winner}
          type="button"
          aria-disabled={disabled}
          onClick={(event) => onAnswer(winner, pointerKind(event))}
          className="flex min-h-13 items-center justify-center gap-2 rounded-md border border-field bg-surface px-3 py-2 font-medium hover:border-accent hover:bg-accent-soft aria-disabled:text-faint"
        >
          <span className="max-sm:portrait:hidden">{label}</span>
          <span className="hidden max-sm:portrait:inline">{stackedLabel}</span>
          <kbd className="hidden rounded-sm border border-line px-1.5 font-mono text-xs text-muted pointer-fine:inline">
            {key}
          </kbd>
        </button>
      ))}
    </fieldset>
  );
}
