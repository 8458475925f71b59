/** Splits a dataset by share and seed, or by a list of names. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { percent } from "@/components/form/codecs";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormChoice, FormNumberField, FormTextArea } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { formatCount } from "@/components/numbers";
import { splitInput } from "@/lib/datasets/revisions/revision-fields";
import { splitDataset } from "../actions";

export function SplitDialog({ datasetId }: { datasetId: string }) {
  return (
    <Dialog
      trigger={<Button>Split</Button>}
      title="Training and held-out images"
      text="Fine-tunes never learn from held-out images. Runs that have started keep the split that they began with."
    >
      {(close) => <SplitForm datasetId={datasetId} onDone={close} />}
    </Dialog>
  );
}

function SplitForm({ datasetId, onDone }: { datasetId: string; onDone: () => void }) {
  const router = useRouter();
  const form = useActionForm({
    schema: splitInput,
    defaultValues: { datasetId, by: "share", heldOutShare: 0.1, seed: 0, list: "" },
    submit: splitDataset,
    onSuccess: ({ trainingCount, heldOutCount }) => {
      toast.success(`${formatCount(trainingCount)} for training, ${formatCount(heldOutCount)} held out`);
      router.refresh();
      onDone();
    },
  });
  const { control } = form;
  const by = useWatch({ control, name: "by" });
  return (
    <form {...form.element} className="grid gap-5">
      <FormChoice
        control={control}
        name="by"
        legend="Held-out images"
        choices={[
          {
            value: "share",
            title: "A share, drawn at random",
            text: "Near duplicates that were found stay together.",
          },
          { value: "list", title: "A list of names", text: "All others are for training." },
        ]}
      />
      {by === "list" ? (
        <FormTextArea
          control={control}
          name="list"
          label="Names"
          rows={8}
          help="A file name or stem per line, with its folders as it was imported."
        />
      ) : (
        <>
          <FormNumberField control={control} name="heldOutShare" label="Share" unit="%" codec={percent} />
          <FormNumberField
            control={control}
            name="seed"
            label="Seed"
            help="The same seed and images give the same split."
          />
        </>
      )}
      <DialogFormEnd form={form} label="Split" />
    </form>
  );
}
