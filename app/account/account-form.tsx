/** One form for one's own name, address and password: whatever is pressed, nothing that was typed is left behind. */
"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { FieldGroup, TextField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { useForm } from "@/components/use-form";
import { account, firstAccount } from "@/lib/platform/accounts/account-fields";
import { saveAccountAction } from "./actions";

/** @param welcome whether this is the first visit, which sets a password and leads to the panel */
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
  const { form, text, values, pending, failure } = useForm({
    schema: welcome ? firstAccount : account,
    initial: { name, email, current: "", password: "", repeated: "" },
    submit: saveAccountAction,
    onSuccess: async () => {
      if (values.password === "") {
        toast.success("Saved");
        router.refresh();
        return;
      }
      // The new password has ended every session, this one too.
      const { email: address, password } = values;
      const answer = await signIn("password", { redirect: false, email: address, password });
      window.location.assign(answer?.error ? "/sign-in" : welcome ? "/admin" : "/account?changed=1");
    },
  });
  const changesPassword = welcome || values.password !== "" || values.repeated !== "";
  return (
    <form {...form} className="grid gap-9">
      <FieldGroup title="You" text="Your address is what you sign in with; the audit log names it.">
        <TextField label="Name" autoComplete="name" {...text("name")} />
        <TextField label="E-mail address" type="email" autoComplete="username" {...text("email")} />
      </FieldGroup>
      <FieldGroup
        title={hasPassword ? "Password" : "Set a password"}
        text={
          hasPassword
            ? "Empty: it stays as it is. Changing it signs you out everywhere else."
            : "You sign in with it from now on."
        }
      >
        {askCurrent ? (
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            {...text("current")}
          />
        ) : null}
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          help="At least 10 characters; a few unrelated words are easy to keep in mind."
          {...text("password")}
        />
        <TextField
          label="New password again"
          type="password"
          autoComplete="new-password"
          {...text("repeated")}
        />
        <FormFailure failure={failure} />
        <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
          {changesPassword ? `Save and ${hasPassword ? "change" : "set"} password` : "Save"}
        </Button>
      </FieldGroup>
    </form>
  );
}
