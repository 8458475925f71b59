/** Role, link and access of one account, in its row. */
"use client";

import { Link2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { reportResult } from "@/components/action-button";
import { Button } from "@/components/button";
import { ConfirmDialog, Dialog } from "@/components/dialog";
import { type Role, roleNames, roles } from "@/lib/platform/accounts/roles";
import { makeLink, saveDisabled, saveRole } from "./actions";
import { LinkToSend } from "./link-to-send";

export function UserActions({
  userId,
  name,
  role,
  disabled,
}: {
  userId: string;
  name: string;
  role: Role;
  disabled: boolean;
}) {
  const [pending, setPending] = useState(false);

  async function chooseRole(next: Role) {
    setPending(true);
    reportResult(
      await saveRole({ userId, role: next }),
      `${name} is now ${roleNames[next].label.toLowerCase()}`,
    );
    setPending(false);
  }

  return (
    <div className="flex min-w-max items-center gap-2">
      <select
        aria-label={`Role of ${name}`}
        value={role}
        disabled={pending || disabled}
        onChange={(event) => chooseRole(event.target.value as Role)}
        className="h-8 rounded-md border border-field/60 bg-surface px-2 text-[0.8125rem] disabled:text-faint"
      >
        {roles.map((choice) => (
          <option key={choice} value={choice}>
            {roleNames[choice].label}
          </option>
        ))}
      </select>
      {disabled ? (
        <Button
          size="sm"
          pending={pending}
          onClick={async () => {
            setPending(true);
            reportResult(await saveDisabled({ userId, disabled: false }), `${name} can sign in again`);
            setPending(false);
          }}
        >
          Enable
        </Button>
      ) : (
        <>
          <Dialog
            trigger={
              <Button size="sm" icon={<Link2 className="size-4" aria-hidden="true" />}>
                Link
              </Button>
            }
            title={`Sign-in link for ${name}`}
            text="For somebody who has no password yet or has forgotten it. Earlier links stop working."
          >
            {() => <NewLink userId={userId} />}
          </Dialog>
          <ConfirmDialog
            label="Disable"
            variant="quiet"
            size="sm"
            title={`Disable ${name}?`}
            text="They are signed out immediately and cannot sign in until the account is enabled again. Their work is kept."
            confirmLabel="Disable"
            onConfirm={async () =>
              reportResult(await saveDisabled({ userId, disabled: true }), `${name} can no longer sign in`)
            }
          />
        </>
      )}
    </div>
  );
}

function NewLink({ userId }: { userId: string }) {
  const [path, setPath] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  if (path) return <LinkToSend path={path} />;
  return (
    <Button
      variant="primary"
      pending={pending}
      onClick={async () => {
        setPending(true);
        const result = await makeLink({ userId });
        setPending(false);
        if (result.ok) setPath(result.value.path);
        else toast.error(result.message, { description: result.remedy });
      }}
    >
      Create link
    </Button>
  );
}
