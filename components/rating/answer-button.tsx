/** One answer, as a large target within a thumb's reach, with its key. */
import { type InputKind, pointerKind } from "./input-kind";

export function AnswerButton({
  label,
  stackedLabel = label,
  sign,
  keyName,
  disabled,
  onAnswer,
}: {
  label: string;
  /** Where the images are one above the other. */
  stackedLabel?: string | undefined;
  /** Shown instead of the label on narrow screens. */
  sign?: { beside: string; stacked: string } | undefined;
  /** Null: none. */
  keyName: string | null;
  disabled: boolean;
  onAnswer: (inputKind: InputKind) => void;
}) {
  return (
    <button
      type="button"
      data-answer=""
      // The name of what the sign stands for; `label` is the one that fits how the images are.
      aria-label={sign ? label : undefined}
      aria-disabled={disabled}
      onClick={(event) => onAnswer(pointerKind(event))}
      className={`flex min-h-13 items-center justify-center gap-2 rounded-md border border-field bg-surface py-2 font-medium hover:border-accent hover:bg-accent-soft aria-disabled:text-faint ${sign ? "min-w-0 max-sm:px-0 px-1 text-sm leading-tight sm:flex-col" : "px-2"}`}
    >
      {sign ? (
        <>
          <span className="max-sm:hidden">{label}</span>
          <span aria-hidden="true" className="tracking-tighter sm:hidden stacked:hidden">
            {sign.beside}
          </span>
          <span aria-hidden="true" className="hidden tracking-tighter stacked:inline">
            {sign.stacked}
          </span>
        </>
      ) : (
        <>
          <span className="stacked:hidden">{label}</span>
          <span className="hidden stacked:inline">{stackedLabel}</span>
        </>
      )}
      {keyName === null ? null : (
        <kbd
          className={`hidden rounded-sm border border-line px-1.5 font-mono text-muted text-xs ${sign ? "sm:with-keys:inline" : "with-keys:inline"}`}
        >
          {keyName}
        </kbd>
      )}
    </button>
  );
}

/** Moves the focus from one answer to the next; from nowhere to the one before or after the middle. */
export function stepToAnswer(step: -1 | 1): void {
  const buttons = [...document.querySelectorAll<HTMLElement>("[data-answer]")];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const from = at < 0 ? Math.floor(buttons.length / 2) : at;
  buttons[Math.min(buttons.length - 1, Math.max(0, from + step))]?.focus();
}
