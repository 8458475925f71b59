/** Name, file and options of a model; large files are streamed ahead of the registration. */
"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { Button, ButtonLink } from "@/components/button";
import { ChoiceField, FieldGroup, TextAreaField, TextField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import { Notice } from "@/components/notice";
import { formatBytes } from "@/components/numbers";
import { ProgressBar } from "@/components/progress-bar";
import { UploadError, type Uploaded, uploadFile } from "@/components/upload-file";
import { register } from "../actions";

type Failure = { message: string; remedy?: string | undefined; fields?: Record<string, string> | undefined };

type Stage = { kind: "sending"; bytes: number } | { kind: "checking" };

/** Stands for the empty key, which would mean that none was chosen. */
const topOfFile = ".";

export function RegisterForm() {
  const router = useRouter();
  const [name, setName] = useState("");
  const [source, setSource] = useState("server");
  const [path, setPath] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [options, setOptions] = useState("");
  /** The sets of weights that the chosen file turned out to hold, where it holds several. */
  const [sets, setSets] = useState<readonly { key: string; size: number }[]>([]);
  const [key, setKey] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const abort = useRef<AbortController | null>(null);
  /** What has been sent already, so that a corrected name does not cost a second upload. */
  const uploaded = useRef<{ file: File; result: Uploaded } | null>(null);
  const pending = stage !== null;

  function forgetSets() {
    setSets([]);
    setKey("");
  }

  function check(): Failure | null {
    const fields: Record<string, string> = {};
    if (name.trim() === "") fields.name = "Give the model a name.";
    if (source === "server" && path.trim() === "") fields.path = "Write the file’s path.";
    if (source === "upload" && !file) fields.file = "Choose the file of weights.";
    if (options.trim() !== "" && !isJsonObject(options)) {
      fields.options = 'Write one JSON object, such as {"image_size": 64}, or leave it empty.';
    }
    return Object.keys(fields).length > 0 ? { message: "Some fields need correcting.", fields } : null;
  }

  async function send(chosen: File, signal: AbortSignal): Promise<Uploaded> {
    if (uploaded.current?.file === chosen) return uploaded.current.result;
    setStage({ kind: "sending", bytes: 0 });
    const result = await uploadFile(chosen, "checkpoint", {
      onProgress: (bytes) => setStage({ kind: "sending", bytes }),
      signal,
    });
    uploaded.current = { file: chosen, result };
    return result;
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    const wrong = check();
    setFailure(wrong);
    if (wrong) return;
    abort.current = new AbortController();
    setStage({ kind: "checking" });
    try {
      let given: { kind: "file"; path: string } | { kind: "upload"; name: string; sha256: string };
      if (source === "upload" && file) {
        const { sha256 } = await send(file, abort.current.signal);
        given = { kind: "upload", name: file.name, sha256 };
        setStage({ kind: "checking" });
      } else {
        given = { kind: "file", path: path.trim() };
      }
      const result = await register({ name, source: given, options, key });
      if (result.ok && result.value.sets) {
        setSets(result.value.sets);
        setKey(result.value.sets[0]!.key || topOfFile);
        setStage(null);
        return;
      }
      if (result.ok) {
        router.push(`/admin/models/${result.value.checkpointId}`);
        return;
      }
      setFailure(result);
    } catch (error) {
      if (!abort.current.signal.aborted) {
        setFailure(
          error instanceof UploadError
            ? { message: error.message, remedy: error.remedy }
            : { message: "The server did not answer.", remedy: "Check the connection and try again." },
        );
      }
    }
    setStage(null);
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-9">
      <FieldGroup
        title="Weights"
        text="Published weights are 1.5 GB a part: a path on the server saves the upload."
      >
        <ChoiceField
          legend="Where the file is"
          name="source"
          value={source}
          onChange={setSource}
          choices={[
            { value: "server", title: "On the server", text: "It is copied into Semblance’s data folder." },
            { value: "upload", title: "On this computer", text: "It is uploaded, up to 8 GB." },
          ]}
        />
        {source === "server" ? (
          <TextField
            label="File on the server"
            value={path}
            placeholder="/home/me/glide/base.pt"
            error={failure?.fields?.path}
            onChange={(event) => {
              setPath(event.target.value);
              forgetSets();
            }}
            disabled={pending}
          />
        ) : (
          <div className="grid gap-2">
            <FileDrop
              accept=".pt,.pth,.safetensors"
              label={file ? file.name : "Drop the file of weights here"}
              hint={file ? formatBytes(file.size) : "PyTorch (.pt, old and new format) or safetensors."}
              onFiles={([first]) => {
                if (!first) return;
                setFile(first.file);
                forgetSets();
                setFailure(null);
                if (name === "") setName(first.file.name.replace(/\.(pt|pth|safetensors)$/i, ""));
              }}
              disabled={pending}
            />
            {failure?.fields?.file ? (
              <p className="text-[0.8125rem] text-danger">{failure.fields.file}</p>
            ) : null}
          </div>
        )}
        {sets.length > 0 ? (
          <ChoiceField
            legend="The file holds several sets of weights"
            name="key"
            value={key}
            onChange={setKey}
            choices={sets.map(({ key: each, size }, index) => ({
              value: each || topOfFile,
              title: each || "Top of the file",
              text: `${size} tensors${index === 0 ? ", taken by default" : ""}`,
            }))}
          />
        ) : null}
        <TextField
          label="Name"
          value={name}
          error={failure?.fields?.name}
          help="Under which fine-tunes and sample sets will offer it."
          onChange={(event) => setName(event.target.value)}
          disabled={pending}
        />
      </FieldGroup>
      <FieldGroup title="Model options" text="Published weights need none: sizes are read off the tensors.">
        <TextAreaField
          label="Options as JSON"
          optional
          rows={4}
          spellCheck={false}
          value={options}
          error={failure?.fields?.options}
          help="Under the reference’s names (image_size, num_channels, xf_width, …). Needed only for what shapes cannot tell, such as head width or noise schedule."
          onChange={(event) => setOptions(event.target.value)}
          disabled={pending}
        />
      </FieldGroup>
      <div className="grid gap-4 border-t pt-7 lg:ps-[18.5rem]">
        {failure && !failure.fields ? (
          <Notice kind="error" title={failure.message}>
            {failure.remedy}
          </Notice>
        ) : null}
        {stage?.kind === "sending" && file ? (
          <ProgressBar
            value={file.size === 0 ? null : stage.bytes / file.size}
            label="Upload"
            text={`${formatBytes(stage.bytes)} of ${formatBytes(file.size)} sent`}
          />
        ) : null}
        {stage?.kind === "checking" ? (
          <ProgressBar
            value={null}
            label="Check"
            text="Reading and checking every tensor; some seconds per gigabyte"
          />
        ) : null}
        <div className="flex flex-wrap gap-2.5">
          <Button type="submit" variant="primary" pending={pending}>
            Register
          </Button>
          {stage?.kind === "sending" ? (
            <Button onClick={() => abort.current?.abort()}>Stop</Button>
          ) : (
            <ButtonLink href="/admin/models">Back</ButtonLink>
          )}
        </div>
      </div>
    </form>
  );
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
