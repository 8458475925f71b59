/** Invites somebody: name, address, role; then the link to send. */
"use client";

import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormChoice, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
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
      text="You get a link to send to them. They use it to sign in and choose a password."
    >
      {(close) => <InviteForm close={close} />}
    </Dialog>
  );
}

function InviteForm({ close }: { close: () => void }) {
  const [path, setPath] = useState<string | null>(null);
  const form = useActionForm({
    schema: invitation,
    defaultValues: { name: "", email: "", role: "RESEARCHER" },
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
    <form {...form.element} className="grid gap-5">
      <FormTextField control={form.control} name="name" label="Name" autoComplete="off" />
      <FormTextField
        control={form.control}
        name="email"
        label="E-mail address"
        type="email"
        autoComplete="off"
      />
      <FormChoice
        control={form.control}
        name="role"
        legend="Role"
        choices={roles
          .filter((role) => role !== "RATER")
          .reverse()
          .map((role) => ({ value: role, title: roleNames[role].label, text: roleNames[role].text }))}
      />
      <DialogFormEnd form={form} label="Create link" />
    </form>
  );
}
