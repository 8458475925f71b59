/** Tags and notes of a run, and the dialog that changes them. */
"use client";

import { NotebookPen } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import type { Codec } from "@/components/form/codecs";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormTextArea, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { RunTags } from "@/components/runs/run-tags";
import { runNotes } from "@/lib/fine-tunes/run-notes-fields";
import { saveNotes } from "../actions";

type Notes = { fineTuneId: string; tags: string[]; notes: string };

export function RunNotes(run: Notes) {
  if (run.tags.length === 0 && run.notes === "") return null;
  return (
    <div className="mb-6 grid gap-2">
      <RunTags tags={run.tags} />
      {run.notes ? (
        <p className="max-w-[68ch] whitespace-pre-line text-sm [overflow-wrap:anywhere]">{run.notes}</p>
      ) : null}
    </div>
  );
}

export function RunNotesDialog(run: Notes) {
  return (
    <Dialog
      trigger={<Button icon={<NotebookPen className="size-4" aria-hidden="true" />}>Notes</Button>}
      title="Tags and notes"
      text="The list of runs can be searched for them."
    >
      {(close) => <NotesForm {...run} onDone={close} />}
    </Dialog>
  );
}

const tagList: Codec<string[]> = {
  parse: (text) =>
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
  format: (tags) => (tags ?? []).join(", "),
};

function NotesForm({ onDone, ...run }: Notes & { onDone: () => void }) {
  const router = useRouter();
  const form = useActionForm({
    schema: runNotes,
    defaultValues: run,
    submit: saveNotes,
    onSuccess: () => {
      toast.success("Saved");
      router.refresh();
      onDone();
    },
  });
  return (
    <form {...form.element} className="grid gap-5">
      <FormTextField
        control={form.control}
        name="tags"
        codec={tagList}
        label="Tags"
        help="Separated by commas, for example baseline, 256 px."
      />
      <FormTextArea control={form.control} name="notes" label="Notes" rows={6} />
      <DialogFormEnd form={form} label="Save" />
    </form>
  );
}
