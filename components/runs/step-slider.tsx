/** Chooses the step whose previews are shown. */
import type { ReactNode } from "react";

export function StepSlider({
  stepCount,
  place,
  valueText,
  onChange,
  children,
}: {
  stepCount: number;
  /** From 0 to stepCount - 1. */
  place: number;
  /** What screen readers say of the place. */
  valueText: string;
  onChange: (place: number) => void;
  /** What stands beside it. */
  children: ReactNode;
}) {
  return (
    <label className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      {children}
      <input
        type="range"
        min="0"
        max={stepCount - 1}
        value={place}
        disabled={stepCount === 1}
        aria-label="Step of the previews"
        aria-valuetext={valueText}
        onChange={({ target }) => onChange(Number(target.value))}
        className="min-w-40 flex-1 accent-(--accent)"
      />
    </label>
  );
}
