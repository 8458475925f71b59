/** One answer, as a large target within a thumb's reach, with its key. */
import { type InputKind, pointerKind } from "./input-kind";

export function AnswerButton({
  label,
  stackedLabel = label,
  keyName,
  disabled,
  onAnswer,
}: {
  label: string;
  /** Where the pictures stand one above the other. */
  stackedLabel?: string;
  /** Null: none. */
  keyName: string | null;
  disabled: boolean;
  onAnswer: (inputKind: InputKind) => void;
}) {
  return (
    <button
      type="button"
      aria-disabled={disabled}
      onClick={(event) => onAnswer(pointerKind(event))}
      className="flex min-h-13 items-center justify-center gap-2 rounded-md border border-field bg-surface px-2 py-2 font-medium hover:border-accent hover:bg-accent-soft aria-disabled:text-faint"
    >
      <span className="stacked:hidden">{label}</span>
      <span className="hidden stacked:inline">{stackedLabel}</span>
      {keyName === null ? null : (
        <kbd className="hidden rounded-sm border border-line px-1.5 font-mono text-muted text-xs with-keys:inline">
          {keyName}
        </kbd>
      )}
    </button>
  );
}
