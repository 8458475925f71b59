/**
 * A form behind a server action: react-hook-form's state, checked by the action's own zod schema.
 *
 * ```tsx
 * const form = useActionForm({
 *   schema: invitation,                       // from a file without database imports; the action checks by it too
 *   defaultValues: { name: "", email: "", role: "RESEARCHER" },
 *   submit: invite,                           // made with `protectedAction`
 *   onSuccess: (link) => setLink(link),
 * });
 * return (
 *   <form {...form.element} className="grid gap-5">
 *     <FormTextField control={form.control} name="name" label="Name" />
 *     <FormEnd form={form} label="Invite" back="/admin/users" />
 *   </form>
 * );
 * ```
 *
 * - The form's values have the shape of the schema's input, so a field's name is the path of its errors, in the browser
 *   as on the server. How numbers, shares and lists are typed is the field's business (codecs.ts). Where values must
 *   look different, `toInput` makes the schema's input of them and `toName` says which field an error belongs to.
 * - A field is checked when it has been left, from then on as it is typed, and all of them when the form is sent.
 *   An error that another field has put right goes away with it.
 * - What the server rejects is shown at the fields it names, else above the buttons (`FormFailure`), where errors of
 *   fields that the form does not show are too. Nothing that was typed is lost. The first wrong field gets the focus; folds
 *   that hide it open.
 * - The component that calls this is drawn again when an error comes or goes, not for every letter. To draw a part by
 *   what is typed, put it into its own component with `useWatch({ control, name })`.
 * - A page that fills a form from its address gives it a `key` made of the address: the form then starts over when the
 *   address changes, and only then.
 */
"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useRef, useState, useTransition } from "react";
import {
  type DefaultValues,
  type FieldErrors,
  type FieldPath,
  type FieldValues,
  type Resolver,
  type UseFormReturn,
  useForm,
} from "react-hook-form";
import type { z } from "zod";
import { fieldMessage } from "@/lib/platform/accounts/field-errors";
import type { ActionFailure, ActionResult } from "@/lib/platform/accounts/protected-action";
import { errorsByPath, renameErrors, shownPaths } from "./form-errors";

/** What the form as a whole was rejected for; `elsewhere` are errors of fields that it does not show. */
type Refusal = Pick<ActionFailure, "message" | "remedy"> & { elsewhere?: Record<string, string> };

export type ActionForm<Values extends FieldValues> = UseFormReturn<Values> & {
  /** From the moment the form is sent until the page that follows is there. */
  pending: boolean;
  failure: Refusal | null;
  /** Properties of the `<form>`. */
  element: React.ComponentProps<"form">;
};

const unreachable: ActionFailure = {
  ok: false,
  code: "unavailable",
  message: "The server did not respond.",
  remedy: "Check the connection and submit the form again. Your input is still here.",
};

/**
 * @param submit receives what the schema accepted, as typed (not transformed); null means that it was stopped on purpose
 * @param onSuccess may lead to another page: the form stays pending until it is there
 */
export function useActionForm<
  Schema extends z.ZodType<unknown, FieldValues>,
  Value,
  Values extends FieldValues = z.input<Schema>,
>({
  schema,
  defaultValues,
  toInput,
  toName,
  submit,
  onSuccess,
}: {
  schema: Schema;
  defaultValues: DefaultValues<NoInfer<Values>>;
  toInput?: (values: Values) => unknown;
  /** The field that shows the error of a path in the schema's input. */
  toName?: (path: string, values: Values) => string;
  submit: (input: z.input<Schema>) => Promise<ActionResult<Value> | null>;
  onSuccess?: (value: Value, input: z.input<Schema>) => void | Promise<void>;
}): ActionForm<Values> {
  const element = useRef<HTMLFormElement>(null);
  const [failure, setFailure] = useState<(Refusal & { hasFields: boolean }) | null>(null);
  /** Errors by field name that were just found; the first of them is to be looked at. */
  const [found, setFound] = useState<Record<string, string> | null>(null);
  const [leaving, startTransition] = useTransition();

  const resolver: Resolver<Values> = async (values, context, options) => {
    const read = zodResolver(schema, { error: fieldMessage }, { raw: true });
    const input = (toInput ? toInput(values) : values) as z.input<Schema>;
    const result = await read(input, context, options as never);
    const errors = result.errors as FieldErrors<Values>;
    return {
      values: result.values,
      errors: toName ? renameErrors(errors, (path) => toName(path, values)) : errors,
    } as Awaited<ReturnType<Resolver<Values>>>;
  };
  const form = useForm<Values>({ defaultValues, resolver, mode: "onTouched", shouldFocusError: false });
  const { errors, isSubmitting } = form.formState;
  const pending = isSubmitting || leaving;

  const { subscribe, trigger } = form;
  useEffect(
    () =>
      subscribe({
        formState: { values: true },
        callback: ({ name, errors }) => {
          const others = Object.entries(errorsByPath(errors ?? {}))
            .filter(([path, { type }]) => path !== name && type !== "server")
            .map(([path]) => path as FieldPath<Values>);
          if (others.length > 0) void trigger(others);
        },
      }),
    [subscribe, trigger],
  );

  useEffect(() => {
    if (found === null) return;
    // Fields draw their errors on their own, just after the form.
    const frame = requestAnimationFrame(() => {
      focusFirstError(element.current);
      const shown = shownPaths(element.current, Object.keys(found));
      const elsewhere = Object.fromEntries(Object.entries(found).filter(([path]) => !shown.has(path)));
      if (Object.keys(elsewhere).length > 0) {
        setFailure((old) => ({
          message: "Some fields need correcting.",
          hasFields: false,
          ...old,
          elsewhere,
        }));
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [found]);

  function refuse(result: ActionFailure) {
    const fields = Object.entries(result.fields ?? {}).map(
      ([path, message]) => [toName ? toName(path, form.getValues()) : path, message] as const,
    );
    // What concerns one field alone is said there, with what to do about it, and not a second time above the buttons.
    const isOfField = fields.length === 1 && fields[0]![1] === result.message;
    for (const [name, message] of fields) {
      form.setError(name as FieldPath<Values>, {
        type: "server",
        message: isOfField && result.remedy ? `${message} ${result.remedy}` : message,
      });
    }
    if (!isOfField) {
      setFailure({
        message: result.message,
        ...(result.remedy ? { remedy: result.remedy } : {}),
        hasFields: fields.length > 0,
      });
    }
    setFound(Object.fromEntries(fields));
  }

  const send = form.handleSubmit(
    async (values) => {
      setFailure(null);
      // The resolver has made it the schema's input.
      const input = values as z.input<Schema>;
      const result = await submit(input).catch(() => unreachable);
      if (result?.ok === false) refuse(result);
      if (result?.ok) {
        startTransition(async () => {
          await onSuccess?.(result.value, input);
        });
      }
    },
    (invalid) => {
      setFailure(null);
      setFound(
        Object.fromEntries(
          Object.entries(errorsByPath(invalid)).map(([path, { message }]) => [path, message ?? ""]),
        ),
      );
    },
  );

  return {
    ...form,
    pending,
    // Once every field that the server named has been changed, nothing is left to say above them.
    failure: failure?.hasFields && Object.keys(errors).length === 0 ? null : failure,
    element: {
      ref: element,
      noValidate: true,
      onSubmit: (event) => {
        if (pending) return event.preventDefault();
        void send(event);
      },
    },
  };
}

function focusFirstError(form: HTMLFormElement | null) {
  const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  // A fold that hides an error must open.
  for (let fold = wrong?.closest("details"); fold; fold = fold.parentElement?.closest("details"))
    fold.open = true;
  const control =
    wrong instanceof HTMLFieldSetElement
      ? (wrong.querySelector<HTMLElement>("input:checked") ??
        wrong.querySelector<HTMLElement>("input:not([hidden]), button"))
      : wrong;
  control?.focus();
}
