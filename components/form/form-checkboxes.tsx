/** Several of a few, to tick: the form's value is the list of those that are ticked, in the order of `choices`. */
"use client";

import { type ReactNode, useId, useRef } from "react";
import type { FieldPath, FieldPathValue, FieldValues } from "react-hook-form";
import { classNames } from "../class-names";
import { CheckboxField, FieldError } from "../field";
import { type Bound, useEarly, useField } from "./form-fields";

/**
 * @param legend what the ticks are about; read out alone where the group has its title beside it (`hidesLegend`)
 * @param children lays the boxes out; by default they are in columns
 */
export function FormCheckboxes<
  Values extends FieldValues,
  Name extends FieldPath<Values>,
  Choice extends {
    value: FieldPathValue<Values, Name>[number];
    label: ReactNode;
    help?: ReactNode;
    disabled?: boolean;
  },
>({
  control,
  name,
  onValue,
  legend,
  hidesLegend = false,
  choices,
  className = "grid gap-3 sm:grid-cols-3",
  children = (boxes) => <div className={className}>{boxes}</div>,
}: Bound<Values, Name> & {
  legend: string;
  hidesLegend?: boolean;
  choices: readonly Choice[];
  className?: string;
  children?: (boxes: ReactNode[]) => ReactNode;
}) {
  const { field, error } = useField({ control, name });
  const errorId = `${useId()}-error`;
  const ticked: readonly unknown[] = field.value ?? [];
  const group = useRef<HTMLFieldSetElement>(null);

  function change(isTicked: (value: unknown) => boolean) {
    const value = choices.map((each) => each.value).filter(isTicked);
    field.onChange(value);
    onValue?.(value as FieldPathValue<Values, Name>);
  }
  useEarly(() => {
    const boxes = [...(group.current?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])];
    if (boxes.length !== choices.length) return;
    const now = new Set(choices.filter((_, index) => boxes[index]!.checked).map((each) => each.value));
    if (choices.some(({ value }) => now.has(value) !== ticked.includes(value)))
      change((each) => now.has(each));
  });

  return (
    <fieldset
      ref={group}
      aria-invalid={error ? true : undefined}
      aria-describedby={error ? errorId : undefined}
      className="grid gap-3"
    >
      <legend className={classNames("mb-2 text-sm font-semibold", hidesLegend && "sr-only")}>{legend}</legend>
      {children(
        choices.map((choice) => (
          <CheckboxField
            key={String(choice.value)}
            name={field.name}
            label={choice.label}
            help={choice.help}
            disabled={choice.disabled}
            checked={ticked.includes(choice.value)}
            onBlur={field.onBlur}
            onChange={(event) =>
              change((each) => (each === choice.value ? event.target.checked : ticked.includes(each)))
            }
          />
        )),
      )}
      {error ? <FieldError id={errorId}>{error}</FieldError> : null}
    </fieldset>
  );
}
