/**
 * State of a form whose fields are checked by the same zod schema in the browser and on the server.
 *
 * Values are kept as typed (strings, and booleans for checkboxes); `toInput` turns them into what the schema reads.
 * A field's error shows once the field has been left or the form submitted. `submit` is a server action made with
 * `protectedAction`; its refusals land on the fields they name, or above the form.
 */
"use client";

import { type FormEvent, useRef, useState } from "react";
import type { z } from "zod";
import { fieldErrors } from "@/lib/platform/accounts/field-errors";
import type { ActionFailure, ActionResult } from "@/lib/platform/accounts/protected-action";

export type FormValues = Record<string, string | boolean>;

export function useForm<Values extends FormValues, Schema extends z.ZodType, Value>({
  schema,
  initial,
  toInput = (values) => values,
  submit,
  onSuccess,
}: {
  schema: Schema;
  initial: Values;
  toInput?: (values: Values) => unknown;
  submit: (input: z.input<Schema>) => Promise<ActionResult<Value>>;
  onSuccess?: (value: Value) => void;
}) {
  type Name = keyof Values & string;
  const [values, setValues] = useState<Values>(initial);
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const [shownAll, setShownAll] = useState(false);
  const [failure, setFailure] = useState<ActionFailure | null>(null);
  const [pending, setPending] = useState(false);
  const element = useRef<HTMLFormElement>(null);

  const parsed = schema.safeParse(toInput(values));
  const found = parsed.success ? {} : fieldErrors(parsed.error);

  function error(name: string): string | undefined {
    return (
      (shownAll || shown.has(name) ? errorWithin(found, name) : undefined) ??
      errorWithin(failure?.fields ?? {}, name)
    );
  }

  function set(name: Name, value: string | boolean) {
    setValues((old) => ({ ...old, [name]: value }));
    setFailure((old) => {
      if (!old?.fields?.[name]) return old;
      const { [name]: _mended, ...fields } = old.fields;
      return Object.keys(fields).length > 0 ? { ...old, fields } : null;
    });
  }

  function show(name: string) {
    setShown((old) => (old.has(name) ? old : new Set([...old, name])));
  }

  /** Properties of a text control; `errorName` where the schema names the field differently. */
  function text(name: Name, errorName: string = name) {
    return {
      name,
      value: String(values[name]),
      error: error(errorName),
      onChange: (event: { target: { value: string } }) => set(name, event.target.value),
      onBlur: () => show(errorName),
    };
  }

  function checkbox(name: Name) {
    return {
      name,
      checked: values[name] === true,
      error: error(name),
      onChange: (event: { target: { checked: boolean } }) => set(name, event.target.checked),
    };
  }

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    setFailure(null);
    if (!parsed.success) {
      setShownAll(true);
      focusFirstError(element.current);
      return;
    }
    setPending(true);
    try {
      const result = await submit(toInput(values) as z.input<Schema>);
      if (result.ok) onSuccess?.(result.value);
      else {
        setFailure(result);
        focusFirstError(element.current);
      }
    } catch {
      setFailure({
        ok: false,
        code: "unavailable",
        message: "The server did not answer.",
        remedy: "Check the connection and send the form again; what you typed is still here.",
      });
    } finally {
      setPending(false);
    }
  }

  return {
    values,
    set,
    text,
    checkbox,
    error,
    pending,
    /** What was refused as a whole; errors of single fields are shown at the fields. */
    failure,
    form: { ref: element, onSubmit, noValidate: true as const },
  };
}

/** The error of a field, or of the first of its entries where it is a list. */
function errorWithin(errors: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(errors).find((path) => path === name || path.startsWith(`${name}.`));
  return key === undefined ? undefined : errors[key];
}

function focusFirstError(form: HTMLFormElement | null) {
  // After React has drawn the errors.
  requestAnimationFrame(() => {
    const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
    // A fold that hides an error must open.
    for (let fold = field?.closest("details"); fold; fold = fold.parentElement?.closest("details"))
      fold.open = true;
    field?.focus();
  });
}
