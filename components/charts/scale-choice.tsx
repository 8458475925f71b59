/** Two buttons that make an axis linear or logarithmic. */
"use client";

import { classNames } from "../class-names";

export function ScaleChoice({
  label,
  isLogarithmic,
  onChoice,
}: {
  /** For those who do not see which axis it is. */
  label: string;
  isLogarithmic: boolean;
  onChoice: (isLogarithmic: boolean) => void;
}) {
  return (
    <fieldset className="inline-flex rounded-md border p-0.5 text-[0.8125rem]">
      <legend className="sr-only">{label}</legend>
      {([false, true] as const).map((choice) => (
        <button
          key={String(choice)}
          type="button"
          aria-pressed={isLogarithmic === choice}
          onClick={() => onChoice(choice)}
          className={classNames(
            "min-h-7 rounded-sm px-2",
            isLogarithmic === choice ? "bg-sunken text-ink" : "text-muted hover:text-ink",
          )}
        >
          {choice ? "Log" : "Linear"}
        </button>
      ))}
    </fieldset>
  );
}
