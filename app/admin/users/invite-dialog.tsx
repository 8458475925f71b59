/** Invites somebody: name, address, role; then the link to send. */
"use client";

import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { ChoiceField, TextField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { useForm } from "@/components/use-form";
import { invitation } from "@/lib/platform/accounts/account-fields";
import { roleNames, roles } from "@/lib/platform/accounts/roles";
import { invite } from "./actions";
import { LinkToSend } from "./link-to-send";

export function InviteDialog() {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon={<UserPlus className="size-4" aria-hidden="true" />}>
          Invite somebody
        </Button>
      }
      title="Invite somebody"
      text="You get a link to send them. With it they come in and choose a password."
    >
      {(close) => <InviteForm close={close} />}
    </Dialog>
  );
}

function InviteForm({ close }: { close: () => void }) {
  const [path, setPath] = useState<string | null>(null);
  const { form, text, values, set, pending, failure } = useForm({
    schema: invitation,
    initial: { name: "", email: "", role: "RESEARCHER" },
    submit: invite,
    onSuccess: (link) => setPath(link.path),
  });
  if (path) {
    return (
      <div className="grid gap-5">
        <LinkToSend path={path} />
        <Button onClick={close} className="justify-self-end">
          Done
        </Button>
      </div>
    );
  }
  return (
    <form {...form} className="grid gap-5">
      <FormFailure failure={failure} />
      <TextField label="Name" autoComplete="off" {...text("name")} />
      <TextField label="E-mail address" type="email" autoComplete="off" {...text("email")} />
      <ChoiceField
        legend="Role"
        name="role"
        value={String(values.role)}
        onChange={(role) => set("role", role)}
        choices={roles
          .filter((role) => role !== "RATER")
          .reverse()
          .map((role) => ({ value: role, title: roleNames[role].label, text: roleNames[role].text }))}
      />
      <Button type="submit" variant="primary" pending={pending} className="justify-self-end">
        Make the link
      </Button>
    </form>
  );
}
