/** E-mail address and password. */
"use client";

import { Button } from "@/components/button";
import { FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { credentials } from "@/lib/platform/accounts/account-fields";
import { enter } from "./enter";

export function SignInForm({ next }: { next: string }) {
  const form = useActionForm({
    schema: credentials,
    defaultValues: { email: "", password: "" },
    submit: (given) => enter("password", given, next),
  });
  const { control } = form;
  return (
    <form {...form.element} className="grid gap-5">
      <FormFailure failure={form.failure} />
      <FormTextField
        control={control}
        name="email"
        label="E-mail address"
        type="email"
        autoComplete="username"
      />
      <FormTextField
        control={control}
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
      />
      <Button type="submit" variant="primary" pending={form.pending} className="justify-self-start">
        Sign in
      </Button>
    </form>
  );
}
