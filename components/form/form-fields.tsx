/**
 * The fields of field.tsx, bound to a form of `useActionForm` by `control` and `name`: value, error and blur are theirs,
 * and only the field that changes is drawn again. `codec` says how a value is written (codecs.ts).
 *
 * A field has no say in other fields; where choosing one thing changes another, give it `onValue`.
 */
"use client";

import {
  type ComponentProps,
  type ComponentType,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from "react";
import {
  type Control,
  type ControllerRenderProps,
  type FieldPath,
  type FieldPathValue,
  type FieldValues,
  useController,
} from "react-hook-form";
import {
  CheckboxField,
  ChoiceField,
  type FieldProps,
  NumberField,
  SelectField,
  TextAreaField,
  TextField,
} from "../field";
import { useHydrated } from "../use-hydrated";
import { afterPress } from "./after-press";
import { type Codec, number, words } from "./codecs";
import { firstMessage } from "./form-errors";

export type Bound<Values extends FieldValues, Name extends FieldPath<Values>> = {
  control: Control<Values>;
  name: Name;
  /** After the person has changed the value; not when the form does. */
  onValue?: (value: FieldPathValue<Values, Name>) => void;
};

type Rest<Element extends "input" | "textarea" | "select"> = Omit<FieldProps, "error"> &
  Omit<ComponentProps<Element>, "name" | "value" | "defaultValue" | "onChange" | "onBlur" | "ref">;

/** The error to show at a field; also for controls of one's own. */
export function useField<Values extends FieldValues, Name extends FieldPath<Values>>({
  control,
  name,
}: Pick<Bound<Values, Name>, "control" | "name">): {
  field: ControllerRenderProps<Values, Name>;
  error: string | undefined;
} {
  const { field, fieldState } = useController({ control, name });
  return {
    field: { ...field, onBlur: () => afterPress(field.onBlur) },
    error: firstMessage(fieldState.error),
  };
}

/** Properties of a control of text whose value need not be one; what was typed stays, even where it means nothing. */
function useText<Values extends FieldValues, Name extends FieldPath<Values>>(
  { control, name, onValue }: Bound<Values, Name>,
  codec: Codec<FieldPathValue<Values, Name>>,
) {
  const { field, error } = useField({ control, name });
  const [typed, setTyped] = useState(() => codec.format(field.value));
  const element = useRef<HTMLElement>(null);
  // The form may have set the value since, to a suggestion or at a reset.
  const shown = isSame(codec.parse(typed), field.value) ? typed : codec.format(field.value);

  function change(text: string) {
    const value = codec.parse(text);
    setTyped(text);
    field.onChange(value);
    onValue?.(value);
  }

  useEarly(() => {
    const control = element.current;
    const isTyped = control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement;
    if (isTyped && control.value !== shown) change(control.value);
  });

  return {
    name: field.name,
    ref: (control: HTMLElement | null) => {
      element.current = control;
      field.ref(control);
    },
    error,
    value: shown,
    onBlur: field.onBlur,
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
}

/** Takes over what was typed, ticked or filled in by the browser before the scripts were there. */
export function useEarly(take: () => void): void {
  const takeNow = useEffectEvent(take);
  useEffect(() => takeNow(), []);
}

function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other);
  return one.length === other.length && one.every((each, index) => Object.is(each, other[index]));
}

/** A field whose control holds text, out of the plain one; `usual` is the codec where none is given. */
function written<Extra extends object>(
  Plain: ComponentType<Extra & ReturnType<typeof useText>>,
  usual: Codec<never>,
) {
  return function Written<Values extends FieldValues, Name extends FieldPath<Values>>({
    control,
    name,
    onValue,
    codec = usual as Codec<FieldPathValue<Values, Name>>,
    ...rest
  }: Bound<Values, Name> & {
    codec?: Codec<NoInfer<FieldPathValue<Values, Name>>>;
  } & Extra) {
    const text = useText({ control, name, ...(onValue ? { onValue } : {}) }, codec);
    return <Plain {...(rest as unknown as Extra)} {...text} />;
  };
}

export const FormTextField = written<Rest<"input">>(TextField, words as Codec<never>);

/** A number; `codec={orNull(number)}` or `orNull(percent)` where it may be left empty. */
export const FormNumberField = written<Rest<"input"> & { unit?: string }>(
  NumberField,
  number as Codec<never>,
);

export const FormTextArea = written<Rest<"textarea">>(TextAreaField, words as Codec<never>);

/**
 * A list that takes no choice until the browser has taken over the page: React then sets it to the value that it knows,
 * and a choice made before would be lost.
 */
function TakenOverSelect(props: ComponentProps<typeof SelectField>) {
  const isTakenOver = useHydrated();
  // Programs that fill in forms know `aria-disabled`, but not `inert`.
  return <SelectField {...props} inert={!isTakenOver} aria-disabled={isTakenOver ? undefined : true} />;
}

/** A choice from a list; `codec={wordsOrNull}` where the empty option stands for none. */
export const FormSelect = written<Rest<"select">>(TakenOverSelect, words as Codec<never>);

export function FormCheckbox<Values extends FieldValues, Name extends FieldPath<Values>>({
  control,
  name,
  onValue,
  ...rest
}: Bound<Values, Name> & Omit<Rest<"input">, "optional">) {
  const { field, error } = useField({ control, name });
  const element = useRef<HTMLInputElement>(null);
  const isTicked = field.value === true;

  function change(isNowTicked: boolean) {
    field.onChange(isNowTicked);
    onValue?.(isNowTicked as FieldPathValue<Values, Name>);
  }
  useEarly(() => {
    if (element.current && element.current.checked !== isTicked) change(element.current.checked);
  });

  return (
    <CheckboxField
      {...rest}
      name={field.name}
      ref={(control: HTMLInputElement | null) => {
        element.current = control;
        field.ref(control);
      }}
      error={error}
      checked={isTicked}
      onBlur={field.onBlur}
      onChange={(event) => change(event.target.checked)}
    />
  );
}

export function FormChoice<Values extends FieldValues, Name extends FieldPath<Values>>({
  control,
  name,
  onValue,
  ...rest
}: Bound<Values, Name> & {
  legend: string;
  help?: ReactNode;
  choices: readonly { value: string; title: string; text?: ReactNode; disabled?: boolean }[];
  disabled?: boolean;
}) {
  const { field, error } = useField({ control, name });
  const element = useRef<HTMLFieldSetElement>(null);
  const shown = String(field.value ?? "");

  function change(value: string) {
    field.onChange(value);
    onValue?.(value as FieldPathValue<Values, Name>);
  }
  useEarly(() => {
    const chosen = element.current?.querySelector<HTMLInputElement>("input:checked")?.value ?? shown;
    if (chosen !== shown) change(chosen);
  });

  return (
    <ChoiceField
      {...rest}
      ref={element}
      name={field.name}
      value={shown}
      error={error}
      onBlur={field.onBlur}
      onChange={change}
    />
  );
}
