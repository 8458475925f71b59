/** One form for one's own name, address and password: whatever is pressed, nothing that was typed is left behind. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { FieldGroup } from "@/components/field";
import { FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { account, firstAccount } from "@/lib/platform/accounts/account-fields";
import { saveAccountAction } from "./actions";

/**
 * @param askCurrent whether a new address or password needs the current password
 * @param welcome whether this is the first visit, which sets a password and leads to the dashboard
 */
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
    onSuccess: (_, saved) => {
      const changed = saved.password !== "" ? "password" : saved.email === email ? null : "address";
      if (changed) window.location.assign(welcome ? "/admin" : `/account?changed=${changed}`);
      else {
        toast.success("Saved");
        router.refresh();
      }
    },
  });
  const { control } = form;
  const [password, repeated] = useWatch({ control, name: ["password", "repeated"] });
  const changesPassword = welcome || password !== "" || repeated !== "";
  const end = (
    <>
      <FormFailure failure={form.failure} />
      <Button type="submit" variant="primary" pending={form.pending} className="justify-self-start">
        {changesPassword ? `Save and ${hasPassword ? "change" : "set"} password` : "Save"}
      </Button>
    </>
  );
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
        text={hasPassword ? "Leave empty to keep your password." : "You will use it to sign in from now on."}
      >
        <FormTextField
          label="New password"
          type="password"
          autoComplete="new-password"
          help="At least 10 characters, and not easy to guess. A few unrelated words are easy to remember."
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
        {askCurrent ? null : end}
      </FieldGroup>
      {askCurrent ? (
        <FieldGroup
          title="Confirm"
          text="A new e-mail address or a new password needs your current one, and signs you out everywhere else."
        >
          <FormTextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            control={control}
            name="current"
          />
          {end}
        </FieldGroup>
      ) : null}
    </form>
  );
}
