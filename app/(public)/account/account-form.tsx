/** One form for one's own name, address and password: whatever is pressed, nothing that was typed is left behind. */
"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { useWatch } from "react-hook-form";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { FieldGroup } from "@/components/field";
import { FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { account, firstAccount } from "@/lib/platform/accounts/account-fields";
import { saveAccountAction } from "./actions";

/** @param welcome whether this is the first visit, which sets a password and leads to the dashboard */
export function AccountForm({
  name,
  email,
  hasPassword,
  askCurrent,
  welcome,
}: {
  name: string;
  email: string;
  hasPassword: boolean;
  askCurrent: boolean;
  welcome: boolean;
}) {
  const router = useRouter();
  const form = useActionForm({
    schema: welcome ? firstAccount : account,
    defaultValues: { name, email, current: "", password: "", repeated: "" },
    submit: saveAccountAction,
    onSuccess: async (_, { email, password }) => {
      if (password === "") {
        toast.success("Saved");
        router.refresh();
        return;
      }
      // The new password has ended every session, this one too.
      const answer = await signIn("password", { redirect: false, email, password });
      window.location.assign(answer?.error ? "/sign-in" : welcome ? "/admin" : "/account?changed=1");
    },
  });
  const { control } = form;
  const [password, repeated] = useWatch({ control, name: ["password", "repeated"] });
  const changesPassword = welcome || password !== "" || repeated !== "";
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup title="You" text="You sign in with this address. The audit log records it.">
        <FormTextField label="Name" autoComplete="name" control={control} name="name" />
        <FormTextField
          label="E-mail address"
          type="email"
          autoComplete="username"
          control={control}
          name="email"
        />
      </FieldGroup>
      <FieldGroup
        title={hasPassword ? "Password" : "Set a password"}
        text={
          hasPassword
            ? "Leave empty to keep your password. Changing it signs you out everywhere else."
            : "You will use it to sign in from now on."
        }
      >
        {askCurrent ? (
          <FormTextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            control={control}
            name="current"
          />
        ) : null}
        <FormTextField
          label="New password"
          type="password"
          autoComplete="new-password"
          help="At least 10 characters. A few unrelated words are easy to remember."
          control={control}
          name="password"
        />
        <FormTextField
          label="New password again"
          type="password"
          autoComplete="new-password"
          control={control}
          name="repeated"
        />
        <FormFailure failure={form.failure} />
        <Button type="submit" variant="primary" pending={form.pending} className="justify-self-start">
          {changesPassword ? `Save and ${hasPassword ? "change" : "set"} password` : "Save"}
        </Button>
      </FieldGroup>
    </form>
  );
}
