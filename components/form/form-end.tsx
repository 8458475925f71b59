/** The end of a form: what it was rejected for, the button that sends it, and the way back. */
"use client";

import type { ReactNode } from "react";
import type { FieldValues } from "react-hook-form";
import { Button, ButtonLink } from "../button";
import type { ButtonVariant } from "../button-class";
import { FormFailure } from "../form-failure";
import type { ActionForm } from "./use-action-form";

/**
 * @param back the page to return to without sending
 * @param children is above the buttons: progress, or a notice
 * @param stop takes the place of the way back while the form is being sent
 */
export function FormEnd<Values extends FieldValues>({
  form: { pending, failure },
  label,
  back,
  stop,
  children,
}: {
  form: Pick<ActionForm<Values>, "pending" | "failure">;
  label: ReactNode;
  back?: string;
  stop?: (() => void) | undefined;
  children?: ReactNode;
}) {
  return (
    <div className="grid gap-4 border-t pt-7 lg:ps-[18.5rem]">
      {children}
      <FormFailure failure={failure} />
      <div className="flex flex-wrap gap-2.5">
        <Button type="submit" variant="primary" pending={pending}>
          {label}
        </Button>
        {stop ? (
          <Button onClick={stop}>Stop</Button>
        ) : back ? (
          <ButtonLink href={back}>Back</ButtonLink>
        ) : null}
      </div>
    </div>
  );
}

/** The same for a short form in a dialog, whose own close button is the way back. */
export function DialogFormEnd<Values extends FieldValues>({
  form: { pending, failure },
  label,
  variant = "primary",
}: {
  form: Pick<ActionForm<Values>, "pending" | "failure">;
  label: ReactNode;
  variant?: ButtonVariant;
}) {
  return (
    <>
      <FormFailure failure={failure} />
      <Button type="submit" variant={variant} pending={pending} className="justify-self-end">
        {label}
      </Button>
    </>
  );
}
