/** Name, source and start of an import; uploads go ahead of it, a few files at a time. */
"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { Button, ButtonLink } from "@/components/button";
import { ChoiceField, FieldGroup, TextAreaField, TextField } from "@/components/field";
import { type ChosenFile, FileDrop } from "@/components/file-drop";
import { Notice } from "@/components/notice";
import { formatBytes } from "@/components/numbers";
import { ProgressBar } from "@/components/progress-bar";
import { UploadError, type Uploaded, uploadFile } from "@/components/upload-file";
import { extensionOf, isHiddenPath } from "@/lib/datasets/file-names";
import { isImageName } from "@/lib/images/image-formats";
import { importDataset } from "../actions";

/** More at once would not be faster; browsers open six connections to a server. */
const uploadsAtOnce = 4;

type Failure = { message: string; remedy?: string | undefined; fields?: Record<string, string> | undefined };

/** @param captionExtensions of the files that may hold captions, with their dots */
export function ImportForm({ captionExtensions }: { captionExtensions: readonly string[] }) {
  const router = useRouter();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [language, setLanguage] = useState("en");
  const [kind, setKind] = useState("upload");
  const [path, setPath] = useState("");
  const [files, setFiles] = useState<ChosenFile[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [sent, setSent] = useState<{ files: number; bytes: number } | null>(null);
  const abort = useRef<AbortController | null>(null);
  /** What has been sent already, so that a second try sends the rest. */
  const uploaded = useRef(new Map<ChosenFile, Uploaded>());

  const pictures = files.filter(({ path }) => isImageName(path));
  const captions = files.filter(({ path }) => captionExtensions.includes(extensionOf(path)));
  const wanted = [...pictures, ...captions];
  const others = files.filter((file) => !wanted.includes(file));
  const totalBytes = wanted.reduce((sum, { file }) => sum + file.size, 0);
  const pending = sent !== null;

  function addFiles(added: ChosenFile[]) {
    setFailure(null);
    setFiles((old) => {
      const known = new Map(old.map((chosen) => [chosen.path, chosen]));
      for (const chosen of added) if (!isHiddenPath(chosen.path)) known.set(chosen.path, chosen);
      return [...known.values()];
    });
    const [folder, inside] = added[0]?.path.split("/") ?? [];
    if (folder && inside && name === "") setName(folder);
  }

  function check(): Failure | null {
    const fields: Record<string, string> = {};
    if (name.trim() === "") fields.name = "Give the dataset a name.";
    if (kind === "folder" && path.trim() === "") fields.path = "Write the folder’s path.";
    if (kind === "upload" && pictures.length === 0) {
      fields.files =
        files.length === 0 ? "Choose the pictures and their captions." : "None of the files is a picture.";
    }
    return Object.keys(fields).length > 0 ? { message: "Some fields need correcting.", fields } : null;
  }

  async function sendFiles(signal: AbortSignal): Promise<{ name: string; sha256: string }[]> {
    const progress = new Map<ChosenFile, number>();
    const report = () =>
      setSent({
        files: uploaded.current.size,
        bytes: [...progress.values()].reduce((sum, bytes) => sum + bytes, 0),
      });
    const queue = wanted.filter((file) => !uploaded.current.has(file));
    for (const chosen of wanted) if (uploaded.current.has(chosen)) progress.set(chosen, chosen.file.size);
    async function work() {
      for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
        const current = next;
        const { file } = current;
        const onProgress = (bytes: number) => {
          progress.set(current, Math.min(bytes, file.size));
          report();
        };
        uploaded.current.set(current, await uploadFile(file, "dataset", { onProgress, signal }));
        progress.set(current, file.size);
        report();
      }
    }
    report();
    await Promise.all(Array.from({ length: uploadsAtOnce }, work));
    return wanted.flatMap((chosen) => {
      const sent = uploaded.current.get(chosen);
      return sent ? [{ name: chosen.path, sha256: sent.sha256 }] : [];
    });
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    const wrong = check();
    setFailure(wrong);
    if (wrong) return;
    abort.current = new AbortController();
    setSent({ files: 0, bytes: 0 });
    try {
      const source =
        kind === "folder"
          ? { kind: "folder" as const, path: path.trim() }
          : {
              kind: "upload" as const,
              files: await sendFiles(abort.current.signal),
            };
      const result = await importDataset({ name, description, captionLanguage: language, source });
      if (result.ok) {
        router.push(`/admin/datasets/${result.value.datasetId}`);
        return;
      }
      setFailure(result);
    } catch (error) {
      if (!abort.current.signal.aborted) {
        abort.current.abort();
        setFailure(
          error instanceof UploadError
            ? { message: error.message, remedy: error.remedy }
            : { message: "The server did not answer.", remedy: "Check the connection and try again." },
        );
      }
    }
    setSent(null);
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-9">
      <FieldGroup title="Name" text="Under which fine-tunes, samples and studies will find it.">
        <TextField
          label="Name"
          value={name}
          error={failure?.fields?.name}
          onChange={(event) => setName(event.target.value)}
          disabled={pending}
        />
        <TextAreaField
          label="Description"
          optional
          rows={2}
          value={description}
          error={failure?.fields?.description}
          onChange={(event) => setDescription(event.target.value)}
          disabled={pending}
        />
        <TextField
          label="Language of the captions"
          help="A language tag such as en, de or pt-BR. Browsers and screen readers go by it."
          value={language}
          error={failure?.fields?.captionLanguage}
          onChange={(event) => setLanguage(event.target.value)}
          disabled={pending}
        />
      </FieldGroup>
      <FieldGroup
        title="Source"
        text="Uploads suit hundreds of pictures; very many are better read where they lie."
      >
        <ChoiceField
          legend="Where the files are"
          name="source"
          value={kind}
          onChange={setKind}
          choices={[
            { value: "upload", title: "On this computer", text: "They are uploaded." },
            { value: "folder", title: "On the server", text: "The folder is read where it lies." },
          ]}
        />
        {kind === "folder" ? (
          <TextField
            label="Folder on the server"
            value={path}
            placeholder="/home/me/photographs"
            error={failure?.fields?.path}
            onChange={(event) => setPath(event.target.value)}
            disabled={pending}
          />
        ) : (
          <div className="grid gap-3">
            <FileDrop
              multiple
              accept={`.jpg,.jpeg,.png,.webp,${captionExtensions.join(",")}`}
              label="Drop pictures and captions, or their folder, here"
              hint="Pictures up to 100 MB each. Subfolders are read too; files of other kinds are passed over."
              onFiles={addFiles}
              disabled={pending}
            />
            {failure?.fields?.files ? (
              <p className="text-[0.8125rem] text-danger">{failure.fields.files}</p>
            ) : null}
            {files.length > 0 ? (
              <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
                <p className="numeric" aria-live="polite">
                  {pictures.length} {pictures.length === 1 ? "picture" : "pictures"}, {captions.length}{" "}
                  caption {captions.length === 1 ? "file" : "files"}, {formatBytes(totalBytes)}
                  {others.length > 0 ? (
                    <span className="text-muted">
                      ; {others.length} other {others.length === 1 ? "file is" : "files are"} passed over:{" "}
                      {others
                        .slice(0, 3)
                        .map(({ path: other }) => other)
                        .join(", ")}
                      {others.length > 3 ? " and others" : null}
                    </span>
                  ) : null}
                </p>
                <Button size="sm" variant="quiet" disabled={pending} onClick={() => setFiles([])}>
                  Clear
                </Button>
              </div>
            ) : null}
          </div>
        )}
      </FieldGroup>
      <div className="grid gap-4 border-t pt-7 lg:ps-[18.5rem]">
        {failure && !failure.fields ? (
          <Notice kind="error" title={failure.message}>
            {failure.remedy}
          </Notice>
        ) : null}
        {pending && kind === "upload" ? (
          <ProgressBar
            value={totalBytes === 0 ? null : sent.bytes / totalBytes}
            label="Upload"
            text={`${sent.files} of ${wanted.length} files sent, ${formatBytes(sent.bytes)} of ${formatBytes(totalBytes)}`}
          />
        ) : null}
        <div className="flex flex-wrap gap-2.5">
          <Button type="submit" variant="primary" pending={pending}>
            Import
          </Button>
          {pending ? (
            <Button onClick={() => abort.current?.abort()}>Stop</Button>
          ) : (
            <ButtonLink href="/admin/datasets">Back</ButtonLink>
          )}
        </div>
      </div>
    </form>
  );
}
