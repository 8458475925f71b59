/** The file of ratings and how it is read: first a preview, then the import. */
"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useWatch } from "react-hook-form";
import type { z } from "zod";
import { AllowedFolders } from "@/components/allowed-folders";
import { FieldGroup, SelectField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import { FormEnd } from "@/components/form/form-end";
import { FormChoice, FormSelect, FormTextField, useField } from "@/components/form/form-fields";
import { type ActionForm, useActionForm } from "@/components/form/use-action-form";
import { formatBytes } from "@/components/numbers";
import { refusedUpload, type Uploaded, uploadFile } from "@/components/upload-file";
import { UploadProgress } from "@/components/upload-progress";
import type { ActionResult } from "@/lib/platform/accounts/protected-action";
import { choosableFields, chooseColumn, chosenColumn } from "@/lib/votes/import/column-choice";
import { ratingsForm } from "@/lib/votes/import/import-fields";
import type { RatingsPreview, RatingsRefusal } from "@/lib/votes/import/preview-ratings";
import { importRatingsAction, previewRatingsAction } from "../actions";
import { PreviewOfRatings, RefusedRatings } from "./ratings-preview";

type Values = z.input<typeof ratingsForm>;
type Source = { kind: "path"; path: string } | { kind: "upload"; name: string; sha256: string };

/** What was looked at, and the values that it was read with. */
type Looked = { by: string; file: string; found: RatingsPreview | { refusal: RatingsRefusal } };

/** @param roots of the server, from which files may be read */
export function ImportForm({ roots }: { roots: readonly string[] }) {
  const router = useRouter();
  const [looked, setLooked] = useState<Looked | null>(null);
  const [sent, setSent] = useState<{ bytes: number; ofBytes: number } | null>(null);
  const abort = useRef<AbortController | null>(null);
  /** What has been sent already, so that other columns do not cost a second upload. */
  const uploaded = useRef<{ file: File; result: Uploaded } | null>(null);
  const form = useActionForm({
    schema: ratingsForm,
    defaultValues: {
      name: "",
      columns: "",
      scale: "",
      bothBad: "neither",
      source: { kind: "upload" },
    },
    toName: (path) => (path === "path" || path === "file" ? `source.${path}` : path),
    submit: async ({
      name,
      source: chosen,
      ...reading
    }): Promise<ActionResult<{ studyId: string } | null> | null> => {
      abort.current = new AbortController();
      try {
        const source = await toSource(chosen, abort.current.signal);
        const by = readBy({ ...reading, source: chosen });
        if (looked?.by === by && !("refusal" in looked.found)) {
          return await importRatingsAction({ ...reading, name, source });
        }
        const preview = await previewRatingsAction({ ...reading, source });
        if (!preview.ok) return preview;
        setLooked({ by, file: fileOf({ source: chosen }), found: preview.value });
        return { ok: true as const, value: null };
      } catch (error) {
        return refusedUpload(error, abort.current.signal);
      } finally {
        setSent(null);
      }
    },
    onSuccess: (imported) => {
      if (imported) router.push(`/admin/studies/${imported.studyId}`);
    },
  });
  const { control, pending } = form;
  const values = useWatch({ control }) as Values;
  const current = looked?.by === readBy(values) ? looked.found : null;
  const isReady = current !== null && !("refusal" in current);
  /** Of the file as it was last looked at. */
  const headings =
    looked?.file !== fileOf(values)
      ? []
      : "refusal" in looked.found
        ? looked.found.refusal.headings
        : looked.found.headings;

  async function toSource(source: Values["source"], signal: AbortSignal): Promise<Source> {
    if (source.kind === "path") return source;
    const { file } = source;
    if (uploaded.current?.file !== file) {
      const onProgress = (bytes: number) => setSent({ bytes, ofBytes: file.size });
      uploaded.current = { file, result: await uploadFile(file, "ratings", { onProgress, signal }) };
    }
    return { kind: "upload", name: file.name, sha256: uploaded.current.result.sha256 };
  }

  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup
        title="File"
        text="CSV, TSV or JSON: votes of a study, pairs with Arena’s columns, scores, rankings, or best and worst."
      >
        <FormChoice
          control={control}
          name="source.kind"
          legend="Where the file is"
          choices={[
            { value: "upload", title: "On this computer", text: "It is uploaded, up to 200 MB." },
            { value: "path", title: "On the server", text: "It is read in place." },
          ]}
        />
        {values.source?.kind === "path" ? (
          <FormTextField
            control={control}
            name="source.path"
            label="File on the server"
            placeholder={`${roots[0]}/ratings.csv`}
            help={<AllowedFolders roots={roots} />}
            disabled={pending}
          />
        ) : (
          <RatingsDrop form={form} />
        )}
        <FormTextField control={control} name="name" label="Name of the study" disabled={pending} />
      </FieldGroup>
      <FieldGroup
        title="Columns"
        text="Usual column names are recognised. The preview shows which column is read as what, and offers the file’s own columns here."
      >
        {headings.length > 0 ? <ColumnChoices form={form} headings={headings} /> : null}
        <FormTextField
          control={control}
          name="columns"
          label="Columns with other names"
          optional
          placeholder="caption=prompt,model=system,rater=worker,score=rating"
          help="Fields: question, caption, item, rater, model, score; left, right, winner; rank or ranking; best, worst, shown."
          disabled={pending}
        />
        <FormTextField
          control={control}
          name="scale"
          label="Scale of the scores"
          optional
          placeholder="1-5"
          help="Scores outside this range are rejected. If it is empty, scores must be between 0 and 100."
          disabled={pending}
        />
        <FormSelect
          control={control}
          name="bothBad"
          label="“Both bad” in pairs"
          help="It does not say which is better. Arena’s leaderboards count it as a tie."
          disabled={pending}
        >
          <option value="neither">Left out of the ratings</option>
          <option value="tie">Counted as a tie</option>
        </FormSelect>
      </FieldGroup>
      {current === null ? null : "refusal" in current ? (
        <RefusedRatings refusal={current.refusal} />
      ) : (
        <PreviewOfRatings preview={current} />
      )}
      <FormEnd
        form={form}
        label={isReady ? "Import" : "Preview"}
        back="/admin/studies"
        stop={sent ? () => abort.current?.abort() : undefined}
      >
        {sent ? <UploadProgress sent={sent} /> : null}
      </FormEnd>
    </form>
  );
}

/** What a preview depends on, in one text. */
function readBy({ columns, scale, bothBad, source }: Omit<Values, "name">): string {
  return JSON.stringify([columns ?? "", scale ?? "", bothBad ?? "neither", fileOf({ source })]);
}

function fileOf({ source }: Pick<Values, "source">): string {
  const file = source?.kind === "upload" ? source.file : null;
  return JSON.stringify(file ? [file.name, file.size, file.lastModified] : source);
}

/** A column of the file for each field; what is chosen is written into the text below. */
function ColumnChoices({ form, headings }: { form: ActionForm<Values>; headings: readonly string[] }) {
  const text = useWatch({ control: form.control, name: "columns" }) ?? "";
  const columns = [...new Set(headings)].filter((heading) => heading.trim() !== "");
  return (
    <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
      {choosableFields.map((field) => {
        const chosen = chosenColumn(text, field);
        return (
          <SelectField
            key={field}
            label={field}
            value={columns.includes(chosen) ? chosen : ""}
            onChange={({ target }) => form.setValue("columns", chooseColumn(text, field, target.value))}
            disabled={form.pending}
          >
            <option value="">by its name</option>
            {columns.map((column) => (
              <option key={column} value={column}>
                {column}
              </option>
            ))}
          </SelectField>
        );
      })}
    </div>
  );
}

function RatingsDrop({ form }: { form: ActionForm<Values> }) {
  const { field, error } = useField({ control: form.control, name: "source.file" });
  const file = field.value as File | undefined;
  return (
    <div className="grid gap-3">
      <FileDrop
        name={field.name}
        accept=".csv,.tsv,.txt,.json,.jsonl"
        label="Drop the table of ratings here"
        hint="Separated by commas, semicolons or tabs; or JSON."
        error={error}
        onFiles={([chosen]) => {
          if (!chosen) return;
          field.onChange(chosen.file);
          if (form.getValues("name") === "") {
            form.setValue("name", chosen.file.name.replace(/\.\w+$/, "").slice(0, 100));
          }
        }}
        disabled={form.pending}
      />
      {file ? (
        <p className="numeric text-sm" aria-live="polite">
          {file.name}, {formatBytes(file.size)}
        </p>
      ) : null}
    </div>
  );
}
