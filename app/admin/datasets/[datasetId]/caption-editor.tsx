/** Edits the captions of one image, where they are shown. */
"use client";

import { Pencil } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { reportResult } from "@/components/action-button";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextAreaField, TextField } from "@/components/field";
import { reviseDataset } from "../actions";

type Caption = { id: string; text: string };
type Changes = Parameters<typeof reviseDataset>[0]["changes"];

export function CaptionDialog({
  datasetId,
  imageId,
  name,
  language,
  captions,
}: {
  datasetId: string;
  imageId: string;
  /** Of the image. */
  name: string;
  language: string;
  captions: Caption[];
}) {
  return (
    <Dialog
      trigger={
        <Button
          size="sm"
          variant="quiet"
          icon={<Pencil className="size-3.5" aria-hidden="true" />}
          aria-label={`Edit the captions of ${name}`}
        >
          Edit
        </Button>
      }
      title="Captions"
      text={name}
    >
      {(close) => (
        <CaptionEditor
          datasetId={datasetId}
          imageId={imageId}
          language={language}
          captions={captions}
          onDone={close}
        />
      )}
    </Dialog>
  );
}

/** Fields that are emptied remove their captions. */
export function CaptionEditor({
  datasetId,
  imageId,
  language,
  captions,
  onDone,
}: {
  datasetId: string;
  imageId: string;
  language: string;
  captions: Caption[];
  onDone?: () => void;
}) {
  const router = useRouter();
  const [pending, setPending] = useState(false);

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form);
    const changes = changesOf(captions, imageId, (name) => String(typed.get(name) ?? "").trim());
    if (changes === null) return onDone?.();
    setPending(true);
    const result = await reviseDataset({
      datasetId,
      reason: String(typed.get("reason") ?? ""),
      changes,
    }).catch(() => null);
    setPending(false);
    if (result === null) {
      toast.error("The server did not respond.", { description: "Check the connection and save again." });
    } else if (reportResult(result, "Captions saved")) {
      form.reset();
      router.refresh();
      onDone?.();
    }
  }

  return (
    <form onSubmit={save} className="grid gap-4">
      {captions.map(({ id, text }, at) => (
        <TextAreaField
          key={id}
          name={id}
          label={captions.length === 1 ? "Caption" : `Caption ${at + 1}`}
          lang={language}
          rows={3}
          defaultValue={text}
          maxLength={5000}
        />
      ))}
      <TextAreaField
        name="added"
        label={captions.length === 0 ? "Caption" : "Another caption"}
        optional={captions.length > 0}
        lang={language}
        rows={2}
        maxLength={5000}
      />
      <TextField
        name="reason"
        label="Reason"
        optional
        help="Kept in the dataset’s history."
        maxLength={500}
      />
      <p className="text-[0.8125rem] text-muted">
        Empty a caption to remove it. Samples, studies and fine-tunes that exist keep the text that they were
        made from.
      </p>
      <Button type="submit" variant="primary" pending={pending} className="justify-self-end">
        Save
      </Button>
    </form>
  );
}

/** Null where nothing is different. */
function changesOf(captions: Caption[], imageId: string, typed: (name: string) => string): Changes | null {
  const edited = captions.flatMap(({ id, text }) =>
    typed(id) === "" || typed(id) === text ? [] : [{ captionId: id, text: typed(id) }],
  );
  const removed = captions.flatMap(({ id }) => (typed(id) === "" ? [id] : []));
  const added = typed("added") === "" ? [] : [{ imageId, text: typed("added") }];
  return edited.length + removed.length + added.length === 0 ? null : { edited, removed, added };
}
