/** A set of named entries, each switched on by a box, with numbers of its own: the form's value holds those that are on. */
"use client";

import { useId } from "react";
import type { Control, FieldPath, FieldValues } from "react-hook-form";
import type { SettingEntry } from "@/lib/diffusion/settings/setting";
import { CheckboxField } from "../field";
import { FormNumberField, useField } from "./form-fields";

export function FormEntries<Values extends FieldValues>({
  control,
  name,
  label,
  help,
  entries,
}: {
  control: Control<Values>;
  name: FieldPath<Values>;
  label: string;
  help?: string;
  entries: Readonly<Record<string, SettingEntry>>;
}) {
  // Errors are at the numbers, which show their own.
  const { field } = useField({ control, name });
  const helpId = `${useId()}-help`;
  const chosen: Readonly<Record<string, unknown>> = field.value ?? {};

  function toggle(entry: string, isOn: boolean) {
    const { [entry]: _removed, ...others } = chosen;
    const usual = Object.entries(entries[entry]!.numbers).map(([number, each]) => [number, each.usual]);
    field.onChange(isOn ? { ...chosen, [entry]: Object.fromEntries(usual) } : others);
  }

  return (
    <fieldset className="grid gap-3" aria-describedby={help ? helpId : undefined}>
      <legend className="mb-1 text-sm font-semibold">{label}</legend>
      {help ? (
        <p id={helpId} className="text-[0.8125rem] leading-snug text-muted">
          {help}
        </p>
      ) : null}
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {Object.entries(entries).map(([entry, { title, help: text, numbers }]) => (
          <div key={entry} className="grid content-start gap-2.5">
            <CheckboxField
              label={title}
              help={text}
              name={`${name}.${entry}`}
              checked={chosen[entry] !== undefined}
              onBlur={field.onBlur}
              onChange={(event) => toggle(entry, event.target.checked)}
            />
            {chosen[entry] === undefined ? null : (
              <fieldset className="grid grid-cols-3 gap-3 ps-[1.7rem]">
                <legend className="sr-only">{title}</legend>
                {Object.entries(numbers).map(([number, { label: numberLabel }]) => (
                  <FormNumberField
                    key={number}
                    control={control}
                    name={`${name}.${entry}.${number}` as FieldPath<Values>}
                    label={numberLabel}
                  />
                ))}
              </fieldset>
            )}
          </div>
        ))}
      </div>
    </fieldset>
  );
}
