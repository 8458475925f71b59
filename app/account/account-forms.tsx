/** Forms for one's own name, address and password. */
"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { FieldGroup, TextField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { useForm } from "@/components/use-form";
import { passwordChange, profile } from "@/lib/accounts/account-fields";
import { savePassword, saveProfile } from "./actions";

export function ProfileForm({ name, email }: { name: string; email: string }) {
  const router = useRouter();
  const { form, text, pending, failure } = useForm({
    schema: profile,
    initial: { name, email },
    submit: saveProfile,
    onSuccess: () => {
      toast.success("Saved");
      router.refresh();
    },
  });
  return (
    <form {...form}>
      <FieldGroup title="You" text="Your address is what you sign in with; the audit log names it.">
        <FormFailure failure={failure} />
        <TextField label="Name" autoComplete="name" {...text("name")} />
        <TextField label="E-mail address" type="email" autoComplete="username" {...text("email")} />
        <Button type="submit" pending={pending} className="justify-self-start">
          Save
        </Button>
      </FieldGroup>
    </form>
  );
}

/** @param welcome whether this is the first password, after which the panel comes next */
export function PasswordForm({
  email,
  askCurrent,
  welcome,
}: {
  email: string;
  askCurrent: boolean;
  welcome: boolean;
}) {
  const { form, text, values, pending, failure } = useForm({
    schema: passwordChange,
    initial: { current: "", password: "", repeated: "" },
    submit: savePassword,
    onSuccess: async () => {
      // The new password has ended every session, this one too.
      const answer = await signIn("password", { redirect: false, email, password: values.password });
      window.location.assign(answer?.error ? "/sign-in" : welcome ? "/admin" : "/account?changed=1");
    },
  });
  return (
    <form {...form}>
      <FieldGroup
        title={askCurrent ? "Password" : "Set a password"}
        text="Changing it signs you out everywhere else."
      >
        <FormFailure failure={failure} />
        <input type="text" hidden name="username" autoComplete="username" value={email} readOnly />
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
        <Button
          type="submit"
          variant={askCurrent ? "secondary" : "primary"}
          pending={pending}
          className="justify-self-start"
        >
          {askCurrent ? "Change password" : "Set password"}
        </Button>
      </FieldGroup>
    </form>
  );
}
