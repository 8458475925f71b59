/** Excludes a rater, with a reason, or lets them in again. */
"use client";

import { useRouter } from "next/navigation";
import { ActionButton } from "@/components/action-button";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { exclusion } from "@/lib/rating/checks/exclusion-fields";
import { excludeRaterAction, reinstateRaterAction, releaseIdAction } from "../actions";

export function RaterActions({
  raterId,
  name,
  isExcluded,
}: {
  raterId: string;
  name: string;
  isExcluded: boolean;
}) {
  if (isExcluded) {
    return (
      <ActionButton
        label="Reinstate"
        size="sm"
        act={reinstateRaterAction.bind(null, raterId)}
        done={`${name} takes part again.`}
        confirm={{
          title: `Reinstate ${name}?`,
          text: "Their answers count again, and they can continue where they stopped.",
        }}
      />
    );
  }
  return (
    <Dialog
      trigger={<Button size="sm">Exclude</Button>}
      title={`Exclude ${name}?`}
      text="Their answers are kept and marked, but no longer count; other raters are asked instead. They stay excluded even if they reload the page or use a new link."
    >
      {(close) => <ExclusionForm raterId={raterId} close={close} />}
    </Dialog>
  );
}

/** For a rater whose device is lost. */
export function ReleaseId({ raterId, name }: { raterId: string; name: string }) {
  return (
    <ActionButton
      label="Release id"
      size="sm"
      act={releaseIdAction.bind(null, raterId)}
      confirm={{
        title: `Let ${name} continue on another device?`,
        text: "Within 24 hours, the next device that opens the link with this id continues as this rater. Make sure that it was they who asked: anyone who knows the id could be first.",
        label: "Release id",
        variant: "primary",
      }}
    />
  );
}

function ExclusionForm({ raterId, close }: { raterId: string; close: () => void }) {
  const router = useRouter();
  const form = useActionForm({
    schema: exclusion,
    defaultValues: { raterId, reason: "" },
    submit: excludeRaterAction,
    onSuccess: () => {
      close();
      router.refresh();
    },
  });
  return (
    <form {...form.element} className="grid gap-4">
      <FormTextField
        control={form.control}
        name="reason"
        label="Reason"
        help="Stored with the rater and in the audit log."
      />
      <DialogFormEnd form={form} label="Exclude rater" variant="danger" />
    </form>
  );
}
