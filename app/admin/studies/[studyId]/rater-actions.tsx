/** Excludes a rater, with a reason, or lets them in again. */
"use client";

import { useRouter } from "next/navigation";
import { z } from "zod";
import { ActionButton } from "@/components/action-button";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { useForm } from "@/components/use-form";
import { excludeRaterAction, reinstateRaterAction } from "../actions";

const exclusion = z.object({ raterId: z.uuid(), reason: z.string().trim().min(1, "Say why.").max(200) });

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
          text: "Their answers count again, and they may go on where they stopped.",
        }}
      />
    );
  }
  return (
    <Dialog
      trigger={<Button size="sm">Exclude</Button>}
      title={`Exclude ${name}?`}
      text="Their answers are kept and flagged but do not count any more; others are asked in their place. They stay excluded after a refresh or under a new link."
    >
      {(close) => <ExclusionForm raterId={raterId} close={close} />}
    </Dialog>
  );
}

function ExclusionForm({ raterId, close }: { raterId: string; close: () => void }) {
  const router = useRouter();
  const { form, text, pending, failure } = useForm({
    schema: exclusion,
    initial: { reason: "" },
    toInput: (values) => ({ ...values, raterId }),
    submit: excludeRaterAction,
    onSuccess: () => {
      close();
      router.refresh();
    },
  });
  return (
    <form {...form} className="grid gap-4">
      <FormFailure failure={failure} />
      <TextField label="Reason" help="Kept with the rater and in the audit log." {...text("reason")} />
      <div>
        <Button type="submit" variant="danger" pending={pending}>
          Exclude rater
        </Button>
      </div>
    </form>
  );
}
