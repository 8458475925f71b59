/** Which columns hold the images and the captions, for files that name them otherwise than usual. */
"use client";

import type { Control } from "react-hook-form";
import type { z } from "zod";
import { FieldGroup } from "@/components/field";
import { FormCheckboxes } from "@/components/form/form-checkboxes";
import { FormSelect } from "@/components/form/form-fields";
import type { importForm } from "@/lib/datasets/import-fields";

export function ColumnFields({
  control,
  columns,
  disabled,
}: {
  control: Control<z.input<typeof importForm>>;
  columns: readonly string[];
  disabled: boolean;
}) {
  const options = columns.map((column) => (
    <option key={column} value={column}>
      {column}
    </option>
  ));
  return (
    <FieldGroup title="Columns" text="Choose them if the preview does not show what you expect.">
      <FormSelect control={control} name="columns.caption" label="Captions" disabled={disabled}>
        <option value="">By its name (caption, text, prompt)</option>
        {options}
      </FormSelect>
      <FormSelect control={control} name="columns.image" label="Images or their names" disabled={disabled}>
        <option value="">By its name (file_name, image, path)</option>
        {options}
      </FormSelect>
      <FormCheckboxes
        control={control}
        name="columns.categories"
        legend="Categories (none chosen: category, challenge, skills, tags)"
        choices={columns.map((column) => ({ value: column, label: column, disabled }))}
        className="grid max-h-72 gap-3 overflow-y-auto sm:grid-cols-2"
      />
    </FieldGroup>
  );
}
