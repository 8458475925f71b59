/**
 * Form fields: a label, the control, a line of help and, where the value is wrong, the error in its place.
 *
 * Every control takes `label`, optional `help` and `error`; the rest goes to the native element. These are for forms
 * that are an address (filters); forms that do something use those of form/form-fields.tsx.
 */
import { CircleAlert } from "lucide-react";
import { type ComponentProps, type ReactNode, type Ref, useId } from "react";
import { classNames } from "./class-names";

export type FieldProps = {
  label: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
  /** Says "optional" after the label. */
  optional?: boolean;
};

const controlClass =
  "block w-full min-w-0 rounded-md border bg-surface px-3 text-[0.9375rem] text-ink placeholder:text-faint " +
  "disabled:bg-sunken disabled:text-faint aria-[invalid=true]:border-danger border-field";

/** What is wrong with a field; `id` is what its control is described by. */
export function FieldError({
  id,
  className,
  children,
}: {
  id?: string | undefined;
  className?: string;
  children: ReactNode;
}) {
  return (
    <p id={id} className={classNames("flex gap-1.5 text-[0.8125rem] leading-snug text-danger", className)}>
      <CircleAlert className="mt-[0.15em] size-3.5 shrink-0" aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}

/** Label, control, help and error, tied together for screen readers; `children` receives the ids to put on the control. */
export function FieldFrame({
  label,
  help,
  error,
  optional,
  className,
  children,
}: FieldProps & {
  className?: string;
  children: (ids: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": true | undefined;
  }) => ReactNode;
}) {
  const id = useId();
  const helpId = help ? `${id}-help` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  return (
    <div className={classNames("grid content-start gap-1.5", className)}>
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
        {optional ? <span className="font-normal text-faint"> (optional)</span> : null}
      </label>
      {children({
        id,
        "aria-describedby": [errorId, helpId].filter(Boolean).join(" ") || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {error ? <FieldError id={errorId}>{error}</FieldError> : null}
      {help ? (
        <p id={helpId} className="text-[0.8125rem] leading-snug text-muted">
          {help}
        </p>
      ) : null}
    </div>
  );
}

export function TextField({
  label,
  help,
  error,
  optional,
  className,
  ...input
}: FieldProps & ComponentProps<"input">) {
  return (
    <FieldFrame {...{ label, help, error, optional: optional ?? false }} className={className ?? ""}>
      {(ids) => <input type="text" {...input} {...ids} className={`${controlClass} h-10`} />}
    </FieldFrame>
  );
}

/** A number typed as text, so that what was typed survives being wrong; `unit` is inside at the end. */
export function NumberField({
  label,
  help,
  error,
  optional,
  unit,
  className,
  ...input
}: FieldProps & ComponentProps<"input"> & { unit?: string }) {
  return (
    <FieldFrame {...{ label, help, error, optional: optional ?? false }} className={className ?? ""}>
      {(ids) => (
        <div className="relative">
          <input
            type="text"
            inputMode="decimal"
            autoComplete="off"
            {...input}
            {...ids}
            className={classNames(controlClass, "numeric h-10", unit && "pe-16")}
          />
          {unit ? (
            <span className="pointer-events-none absolute inset-y-0 end-3 flex items-center text-sm text-faint">
              {unit}
            </span>
          ) : null}
        </div>
      )}
    </FieldFrame>
  );
}

export function TextAreaField({
  label,
  help,
  error,
  optional,
  className,
  ...input
}: FieldProps & ComponentProps<"textarea">) {
  return (
    <FieldFrame {...{ label, help, error, optional: optional ?? false }} className={className ?? ""}>
      {(ids) => <textarea rows={4} {...input} {...ids} className={`${controlClass} py-2 leading-snug`} />}
    </FieldFrame>
  );
}

export function SelectField({
  label,
  help,
  error,
  optional,
  className,
  children,
  ...input
}: FieldProps & ComponentProps<"select">) {
  return (
    <FieldFrame {...{ label, help, error, optional: optional ?? false }} className={className ?? ""}>
      {(ids) => (
        <select {...input} {...ids} className={`${controlClass} h-10 pe-8`}>
          {children}
        </select>
      )}
    </FieldFrame>
  );
}

/** A single yes-or-no. */
export function CheckboxField({
  label,
  help,
  error,
  className,
  ...input
}: Omit<FieldProps, "optional"> & ComponentProps<"input">) {
  const id = useId();
  return (
    <div
      className={classNames(
        "grid grid-cols-[auto_1fr] content-start items-start gap-x-2.5 gap-y-0.5",
        className,
      )}
    >
      <input
        type="checkbox"
        {...input}
        id={id}
        aria-describedby={classNames(error && `${id}-error`, help ? `${id}-help` : undefined) || undefined}
        aria-invalid={error ? true : undefined}
        className="mt-[0.2em] size-[1.05rem] accent-(--accent)"
      />
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      {help ? (
        <p id={`${id}-help`} className="col-start-2 text-[0.8125rem] leading-snug text-muted">
          {help}
        </p>
      ) : null}
      {error ? (
        <FieldError id={`${id}-error`} className="col-start-2">
          {error}
        </FieldError>
      ) : null}
    </div>
  );
}

/** A choice among a few, each with a line that says what it means. */
export function ChoiceField({
  legend,
  help,
  name,
  choices,
  value,
  onChange,
  onBlur,
  error,
  disabled,
  ref,
}: {
  legend: string;
  help?: ReactNode;
  name: string;
  choices: readonly { value: string; title: string; text?: ReactNode; disabled?: boolean }[];
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  error?: string | undefined;
  disabled?: boolean;
  ref?: Ref<HTMLFieldSetElement>;
}) {
  const id = useId();
  return (
    <fieldset
      ref={ref}
      aria-invalid={error ? true : undefined}
      aria-describedby={classNames(error && `${id}-error`, help ? `${id}-help` : undefined) || undefined}
      disabled={disabled}
      className="grid gap-1.5"
    >
      <legend className="mb-1.5 text-sm font-semibold">{legend}</legend>
      <div className="grid gap-2 sm:grid-cols-[repeat(auto-fit,minmax(12rem,1fr))]">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={classNames(
              "relative flex gap-2.5 rounded-md border bg-surface p-3 transition-colors",
              "has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent",
              choice.disabled ? "opacity-60" : "cursor-pointer hover:border-field",
              error ? "border-danger" : "border-field/60",
            )}
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={value === choice.value}
              disabled={choice.disabled}
              onChange={() => onChange(choice.value)}
              onBlur={onBlur}
              className="mt-1 size-4 shrink-0 accent-(--accent) outline-none"
            />
            <span>
              <span className="block text-sm font-semibold">{choice.title}</span>
              {choice.text ? (
                <span className="block text-[0.8125rem] leading-snug text-muted">{choice.text}</span>
              ) : null}
            </span>
          </label>
        ))}
      </div>
      {error ? <FieldError id={`${id}-error`}>{error}</FieldError> : null}
      {help ? (
        <p id={`${id}-help`} className="text-[0.8125rem] leading-snug text-muted">
          {help}
        </p>
      ) : null}
    </fieldset>
  );
}

/** A titled group of fields in a long form. */
export function FieldGroup({
  title,
  text,
  children,
}: {
  title: string;
  text?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="grid gap-x-10 gap-y-5 border-t pt-7 lg:grid-cols-[16rem_minmax(0,1fr)]">
      <div>
        <h2 className="font-serif text-xl leading-tight">{title}</h2>
        {text ? <p className="mt-1.5 text-sm leading-snug text-muted">{text}</p> : null}
      </div>
      <div className="grid max-w-3xl gap-5">{children}</div>
    </section>
  );
}
