/** A place to drop files or a folder, with buttons for those who would rather choose. */
"use client";

import { FolderOpen, Upload } from "lucide-react";
import { type DragEvent, useId, useRef, useState } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";
import { FieldError } from "./field";

/** A file, and its path within the folder that was chosen or dropped with it; its name where it came alone. */
export type ChosenFile = { readonly file: File; readonly path: string };

export function FileDrop({
  name,
  onFiles,
  accept,
  multiple = false,
  label,
  hint,
  error,
  disabled = false,
}: {
  /** Of the form's field. */
  name: string;
  onFiles: (files: ChosenFile[]) => void;
  /** As the `accept` attribute: ".jpg,.png". */
  accept: string;
  /** Several files, or a folder. */
  multiple?: boolean;
  label: string;
  hint: string;
  error?: string | undefined;
  disabled?: boolean;
}) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const id = useId();

  async function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    if (!disabled) onFiles(await toFiles(event.dataTransfer));
  }

  return (
    <fieldset
      name={name}
      aria-label={label}
      aria-invalid={error ? true : undefined}
      aria-describedby={classNames(error && `${id}-error`, `${id}-hint`)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classNames(
        "grid justify-items-center gap-3 rounded-lg border border-dashed px-5 py-9 text-center transition-colors",
        over
          ? "border-accent bg-accent-soft"
          : error
            ? "border-danger bg-surface"
            : "border-field/70 bg-surface",
      )}
    >
      <p className="text-sm font-semibold">{label}</p>
      <p id={`${id}-hint`} className="max-w-[52ch] text-[0.8125rem] text-muted">
        {hint}
      </p>
      {error ? <FieldError id={`${id}-error`}>{error}</FieldError> : null}
      <div className="mt-1 flex flex-wrap justify-center gap-2.5">
        <Button
          size="sm"
          disabled={disabled}
          icon={<Upload className="size-4" aria-hidden="true" />}
          onClick={() => files.current?.click()}
        >
          {multiple ? "Choose files" : "Choose a file"}
        </Button>
        {multiple ? (
          <Button
            size="sm"
            disabled={disabled}
            icon={<FolderOpen className="size-4" aria-hidden="true" />}
            onClick={() => folder.current?.click()}
          >
            Choose a folder
          </Button>
        ) : null}
      </div>
      <input
        ref={files}
        type="file"
        hidden
        aria-label={multiple ? "Files" : "File"}
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          onFiles(toChosen(event.target.files));
          event.target.value = "";
        }}
      />
      {multiple ? (
        <input
          ref={folder}
          type="file"
          hidden
          aria-label="Folder"
          {...{ webkitdirectory: "" }}
          onChange={(event) => {
            onFiles(toChosen(event.target.files));
            event.target.value = "";
          }}
        />
      ) : null}
    </fieldset>
  );
}

function toChosen(files: FileList | null): ChosenFile[] {
  return [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** The dropped files, with those inside dropped folders. */
async function toFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return toChosen(transfer.files);
  return (await Promise.all(entries.map(readEntry))).flat();
}

async function readEntry(entry: FileSystemEntry): Promise<ChosenFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    // A dropped file does not know its folder; its entry does, as "/pets/cats/00.jpg".
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: ChosenFile[] = [];
  for (;;) {
    // Browsers hand out a folder's entries in batches, the last of them empty.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return found;
    found.push(...(await Promise.all(batch.map(readEntry))).flat());
  }
}
