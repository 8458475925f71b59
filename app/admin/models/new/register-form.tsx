/** Name, file and options of a model; large files are streamed ahead of the registration. */
"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import type { z } from "zod";
import { AllowedFolders } from "@/components/allowed-folders";
import { FieldGroup } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import { FormEnd } from "@/components/form/form-end";
import { FormChoice, FormTextArea, FormTextField, useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { formatBytes } from "@/components/numbers";
import { ProgressBar } from "@/components/progress-bar";
import { refusedUpload, type Uploaded, uploadFile } from "@/components/upload-file";
import { registerForm } from "@/lib/checkpoints/checkpoint-fields";
import { register } from "../actions";

type Values = z.input<typeof registerForm>;
type Stage = { kind: "sending"; bytes: number; of: number } | { kind: "checking" };

/** Stands for the empty key, which would mean that none was chosen. */
const topOfFile = ".";

/** @param roots of the server, from which files may be registered */
export function RegisterForm({ roots }: { roots: readonly string[] }) {
  const router = useRouter();
  /** The sets of weights that the chosen file turned out to hold, where it holds several. */
  const [sets, setSets] = useState<readonly { key: string; size: number }[]>([]);
  const [stage, setStage] = useState<Stage | null>(null);
  const abort = useRef<AbortController | null>(null);
  /** What has been sent already, so that a corrected name does not cost a second upload. */
  const uploaded = useRef<{ file: File; result: Uploaded } | null>(null);
  const form = useActionForm({
    schema: registerForm,
    defaultValues: { name: "", source: { kind: "file", path: "" }, options: "", key: "" },
    toName: (path) => (path === "path" || path === "file" ? `source.${path}` : path),
    submit: async (input) => {
      abort.current = new AbortController();
      try {
        const source = await toSource(input.source, abort.current.signal);
        setStage({ kind: "checking" });
        return await register({ ...input, source });
      } catch (error) {
        return refusedUpload(error, abort.current.signal);
      } finally {
        setStage(null);
      }
    },
    onSuccess: ({ sets, checkpointId, adapterId }) => {
      if (adapterId) return router.push(`/admin/models/adapters/${adapterId}`);
      if (!sets) return router.push(`/admin/models/${checkpointId}`);
      setSets(sets);
      form.setValue("key", sets[0]!.key || topOfFile);
    },
  });
  const { control, pending } = form;
  const kind = useWatch({ control, name: "source.kind" });

  async function toSource(source: Values["source"], signal: AbortSignal) {
    if (source.kind === "file") return source;
    const { file } = source;
    if (uploaded.current?.file !== file) {
      const onProgress = (bytes: number) => setStage({ kind: "sending", bytes, of: file.size });
      onProgress(0);
      uploaded.current = { file, result: await uploadFile(file, "checkpoint", { onProgress, signal }) };
    }
    return { kind: "upload" as const, name: file.name, sha256: uploaded.current.result.sha256 };
  }

  function forgetSets() {
    setSets([]);
    form.setValue("key", "");
  }

  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup
        title="Weights"
        text="Published weights are 1.5 GB per part. If they are on the server, give the path to avoid the upload."
      >
        <FormChoice
          control={control}
          name="source.kind"
          legend="Where the file is"
          choices={[
            { value: "file", title: "On the server", text: "It is copied into Semblance’s data folder." },
            { value: "upload", title: "On this computer", text: "It is uploaded, up to 8 GB." },
          ]}
        />
        {kind === "file" ? (
          <FormTextField
            control={control}
            name="source.path"
            label="File on the server"
            placeholder={`${roots[0]}/base.pt`}
            help={<AllowedFolders roots={roots} />}
            onValue={forgetSets}
            disabled={pending}
          />
        ) : (
          <WeightsDrop
            control={control}
            disabled={pending}
            onFile={(file) => {
              forgetSets();
              if (form.getValues("name") === "") {
                form.setValue("name", file.name.replace(/\.(pt|pth|safetensors)$/i, ""));
              }
            }}
          />
        )}
        {sets.length > 0 ? (
          <FormChoice
            control={control}
            name="key"
            legend="The file contains several sets of weights"
            choices={sets.map(({ key: each, size }, index) => ({
              value: each || topOfFile,
              title: each || "Top level of the file",
              text: `${size} tensors${index === 0 ? ", the default" : ""}`,
            }))}
          />
        ) : null}
        <FormTextField
          control={control}
          name="name"
          label="Name"
          help="Shown in fine-tunes and sample sets."
          disabled={pending}
        />
      </FieldGroup>
      <FieldGroup title="Model options" text="Published weights need none: sizes are read from the tensors.">
        <FormTextArea
          control={control}
          name="options"
          label="Options as JSON"
          optional
          rows={4}
          spellCheck={false}
          help="With the names of OpenAI’s implementation (image_size, num_channels, xf_width, …). Only needed for options that cannot be read from tensor shapes, such as head width or noise schedule. For a LoRA adapter of peft, paste its adapter_config.json."
          disabled={pending}
        />
      </FieldGroup>
      <FormEnd
        form={form}
        label="Register"
        back="/admin/models"
        stop={stage?.kind === "sending" ? () => abort.current?.abort() : undefined}
      >
        {stage?.kind === "sending" ? (
          <ProgressBar
            value={stage.of === 0 ? null : stage.bytes / stage.of}
            label="Upload"
            text={`${formatBytes(stage.bytes)} of ${formatBytes(stage.of)} sent`}
          />
        ) : null}
        {stage?.kind === "checking" ? (
          <ProgressBar
            value={null}
            label="Check"
            text="Reading and checking every tensor (a few seconds per gigabyte)"
          />
        ) : null}
      </FormEnd>
    </form>
  );
}

function WeightsDrop({
  control,
  disabled,
  onFile,
}: {
  control: Control<Values>;
  disabled: boolean;
  onFile: (file: File) => void;
}) {
  const { field, error } = useField({ control, name: "source.file" });
  const file: File | undefined = field.value;
  return (
    <FileDrop
      name={field.name}
      accept=".pt,.pth,.safetensors"
      label={file ? file.name : "Drop the weights file here"}
      hint={file ? formatBytes(file.size) : "PyTorch (.pt, either format) or safetensors."}
      error={error}
      onFiles={([first]) => {
        if (!first) return;
        field.onChange(first.file);
        onFile(first.file);
      }}
      disabled={disabled}
    />
  );
}
