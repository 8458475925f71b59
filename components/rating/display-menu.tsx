/** One button for how the pages look and listen: caption size, colours, contrast, shortcuts, language. */
"use client";

import { AArrowDown, AArrowUp, Settings2 } from "lucide-react";
import { useTheme } from "next-themes";
import { useId, useRef, useState } from "react";
import { raterLanguages } from "@/lib/studies/design/rater-languages";
import { classNames } from "../class-names";
import { captionScales, stepCaptionScale } from "./display-settings";
import { ModalDialog } from "./modal-dialog";
import { ToolButton } from "./tool-button";
import type { Display } from "./use-display-settings";

/** Each language by its own name, so that anyone who needs it can find it. */
const languageNames = { en: "English", de: "Deutsch" } as const;

export function DisplayMenu({
  display,
  onOpenChange,
}: {
  display: Display;
  onOpenChange?: (isOpen: boolean) => void;
}) {
  const { settings, change, language, strings } = display;
  const { theme, setTheme } = useTheme();
  const button = useRef<HTMLButtonElement>(null);
  /** Where the open menu is, below its button; null while it is closed. */
  const [corner, setCorner] = useState<{ top: number; right: number } | null>(null);

  function open() {
    const { bottom, right } = button.current!.getBoundingClientRect();
    setCorner({ top: bottom + 4, right: document.documentElement.clientWidth - right });
    onOpenChange?.(true);
  }

  function close() {
    setCorner(null);
    onOpenChange?.(false);
  }

  return (
    <>
      <ToolButton
        ref={button}
        label={strings.display}
        aria-haspopup="dialog"
        aria-expanded={corner !== null}
        onClick={open}
        icon={<Settings2 className="size-5" aria-hidden="true" />}
      />
      {corner ? (
        <ModalDialog
          opener={button}
          onClose={close}
          lang={language}
          aria-label={strings.display}
          style={{
            inset: `${corner.top}px max(0.5rem, min(${corner.right}px, 100vw - 18.5rem)) auto auto`,
            maxHeight: `calc(100dvh - ${corner.top}px - 0.5rem)`,
          }}
          className="w-72 overflow-y-auto rounded-lg border bg-surface shadow-raised backdrop:bg-transparent"
        >
          <div className="space-y-4 p-4">
            <CaptionSize display={display} />
            <Choice
              legend={strings.colours}
              value={theme ?? "system"}
              options={[
                ["light", strings.light],
                ["dark", strings.dark],
                ["system", strings.asSystem],
              ]}
              onChoose={setTheme}
            />
            <div>
              <Switch
                label={strings.highContrast}
                checked={settings.highContrast}
                onChange={(highContrast) => change({ highContrast })}
              />
              <Switch
                label={strings.shortcuts}
                checked={settings.shortcuts}
                onChange={(shortcuts) => change({ shortcuts })}
              />
            </div>
            <Choice
              legend={strings.language}
              value={language}
              options={raterLanguages.map((each) => [each, languageNames[each]])}
              onChoose={(chosen) => change({ language: chosen })}
            />
          </div>
        </ModalDialog>
      ) : null}
    </>
  );
}

function CaptionSize({ display: { settings, change, language, strings } }: { display: Display }) {
  const step = (by: 1 | -1) => change({ captionScale: stepCaptionScale(settings.captionScale, by) });
  const buttonClass =
    "grid min-h-11 grow place-items-center rounded-md border border-field aria-disabled:opacity-45";
  return (
    <fieldset>
      <legend className="mb-1 text-muted text-sm">{strings.captionSize}</legend>
      <div className="flex items-center gap-2">
        <button
          type="button"
          aria-label={strings.smaller}
          aria-disabled={settings.captionScale === captionScales[0]}
          onClick={() => step(-1)}
          className={buttonClass}
        >
          <AArrowDown className="size-5" aria-hidden="true" />
        </button>
        <output className="numeric w-14 text-center text-sm">
          {new Intl.NumberFormat(language, { style: "percent" }).format(settings.captionScale)}
        </output>
        <button
          type="button"
          aria-label={strings.larger}
          aria-disabled={settings.captionScale === captionScales.at(-1)}
          onClick={() => step(1)}
          className={buttonClass}
        >
          <AArrowUp className="size-5" aria-hidden="true" />
        </button>
      </div>
    </fieldset>
  );
}

function Switch({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input
        type="checkbox"
        className="size-5 accent-(--accent)"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}

function Choice<Value extends string>({
  legend,
  value,
  options,
  onChoose,
}: {
  legend: string;
  value: string;
  options: readonly (readonly [value: Value, label: string])[];
  onChoose: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-muted text-sm">{legend}</legend>
      <div className="flex gap-1 rounded-md border border-field p-0.5">
        {options.map(([option, label]) => (
          <label
            key={option}
            className={classNames(
              "relative grid min-h-10 grow cursor-pointer place-items-center rounded-sm px-2 text-center text-sm",
              "has-focus-visible:outline-2 has-focus-visible:outline-accent",
              "has-checked:bg-accent has-checked:text-on-accent forced-colors:has-checked:outline-2",
            )}
          >
            <input
              type="radio"
              name={name}
              className="absolute inset-0 cursor-pointer opacity-0"
              checked={option === value}
              onChange={() => onChoose(option)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
