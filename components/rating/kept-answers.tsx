/** Answers that the server did not take: that they are still there, why, and what their rater can do. */
"use client";

import type { StoredAnswer } from "./stored-answers";
import type { RaterStrings } from "./strings/rater-strings";

export function KeptAnswers({
  kept,
  strings,
  isOpen,
  onToggle,
  onSend,
  onRemove,
}: {
  kept: readonly StoredAnswer[];
  strings: RaterStrings;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  onSend: () => void;
  onRemove: () => void;
}) {
  if (kept.length === 0) return null;
  const reasons = [...new Set(kept.map(({ refusal }) => refusal ?? "other"))];
  const button = "min-h-11 rounded-md border border-field px-3";
  return (
    <details
      open={isOpen}
      onToggle={(event) => onToggle(event.currentTarget.open)}
      className="mt-6 rounded-md border border-line bg-surface px-4 py-1 text-sm"
    >
      <summary className="cursor-pointer py-3 font-medium">{strings.keptTitle(kept.length)}</summary>
      <div className="grid gap-2 pb-3">
        <p>{strings.keptText(kept.length)}</p>
        <ul className="grid list-disc gap-1 ps-5">
          {reasons.map((reason) => (
            <li key={reason}>{strings.keptReasons[reason]}</li>
          ))}
        </ul>
        <p className="text-muted">{strings.keptAdvice}</p>
        <div className="flex flex-wrap gap-2">
          <button type="button" className={button} onClick={onSend}>
            {strings.sendKept}
          </button>
          <button type="button" className={button} onClick={onRemove}>
            {strings.removeKept}
          </button>
        </div>
      </div>
    </details>
  );
}
