/** Which model drafts the captions of a desk. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import type { z } from "zod";
import { AllowedFolders } from "@/components/allowed-folders";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormChoice, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { draftsInput } from "@/lib/desks/desk-fields";
import { draftCaptionsAction } from "../actions";

export function DraftDialog({ deskId, roots }: { deskId: string; roots: readonly string[] }) {
  return (
    <Dialog
      trigger={<Button>Draft captions</Button>}
      title="Draft captions"
      text="An image-to-text model that transformers.js can run: a vision encoder with a text decoder, or Florence-2."
    >
      {(close) => <DraftForm deskId={deskId} roots={roots} close={close} />}
    </Dialog>
  );
}

function DraftForm({
  deskId,
  roots,
  close,
}: {
  deskId: string;
  roots: readonly string[];
  close: () => void;
}) {
  const router = useRouter();
  const form = useActionForm({
    schema: draftsInput,
    defaultValues: { deskId, model: { kind: "hub", id: "Xenova/vit-gpt2-image-captioning" } },
    toName: (path) => (path === "path" ? "model.path" : path),
    submit: draftCaptionsAction,
    onSuccess: () => {
      router.refresh();
      close();
    },
  });
  const { control } = form;
  const { model } = useWatch({ control }) as z.input<typeof draftsInput>;
  return (
    <form {...form.element} className="grid gap-5">
      <FormChoice
        control={control}
        name="model.kind"
        legend="Where the model is"
        choices={[
          { value: "hub", title: "On the Hugging Face hub", text: "The worker downloads it once." },
          { value: "folder", title: "In a folder of the server", text: "It is read in place." },
        ]}
      />
      {model.kind === "folder" ? (
        <FormTextField
          control={control}
          name="model.path"
          label="Folder"
          placeholder={`${roots[0]}/vit-gpt2`}
          help={<AllowedFolders roots={roots} />}
        />
      ) : (
        <FormTextField
          control={control}
          name="model.id"
          label="Id"
          help="Owner and name, as on the hub. Look up its licence there."
        />
      )}
      <DialogFormEnd form={form} label="Draft captions" />
    </form>
  );
}
