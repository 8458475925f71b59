/** Which adapters are added to a base, and how strongly: a box to tick for each, and its scale. */
"use client";

import { useState } from "react";
import type { FieldPath, FieldValues } from "react-hook-form";
import type { ChosenAdapter } from "@/lib/adapters/chosen-adapters";
import { CheckboxField, FieldError, NumberField } from "./field";
import { type Bound, useField } from "./form/form-fields";
import { typedNumber } from "./typed-number";

export type OfferedAdapter = { id: string; name: string; rank: number; from: string };

/** @param name of a field whose value is a list of chosen adapters */
export function AdapterFields<Values extends FieldValues, Name extends FieldPath<Values>>({
  control,
  name,
  adapters,
}: Bound<Values, Name> & { adapters: readonly OfferedAdapter[] }) {
  const { field, error } = useField({ control, name });
  const chosen: readonly ChosenAdapter[] = field.value ?? [];
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const scaleOf = (id: string) => chosen.find(({ adapterId }) => adapterId === id)?.scale;

  function choose(id: string, isChosen: boolean) {
    const others = chosen.filter(({ adapterId }) => adapterId !== id);
    field.onChange(isChosen ? [...others, { adapterId: id, scale: 1 }] : others);
  }

  function rescale(id: string, text: string) {
    setTyped({ ...typed, [id]: text });
    const scale = typedNumber(text);
    field.onChange(chosen.map((each) => (each.adapterId === id ? { ...each, scale } : each)));
  }

  if (adapters.length === 0) return null;
  return (
    <fieldset className="grid gap-3" aria-invalid={error ? true : undefined} name={field.name}>
      <legend className="mb-1.5 text-sm font-semibold">LoRA adapters</legend>
      {adapters.map(({ id, name: title, rank, from }) => {
        const scale = scaleOf(id);
        return (
          <div key={id} className="grid gap-x-5 gap-y-2 sm:grid-cols-[1fr_9rem]">
            <CheckboxField
              label={title}
              help={`Rank ${rank}, ${from}`}
              checked={scale !== undefined}
              onBlur={field.onBlur}
              onChange={(event) => choose(id, event.target.checked)}
            />
            {scale === undefined ? null : (
              <NumberField
                label="Scale"
                aria-label={`Scale of ${title}`}
                value={typed[id] ?? String(scale)}
                onBlur={field.onBlur}
                onChange={(event) => rescale(id, event.target.value)}
              />
            )}
          </div>
        );
      })}
      {error ? <FieldError>{error}</FieldError> : null}
      <p className="text-[0.8125rem] leading-snug text-muted">
        1 is as trained, 0 is without. Several add up. Use an adapter with the model that it was trained on.
      </p>
    </fieldset>
  );
}
