/** Files of a form, dropped or chosen in several goes: those that are kept, what they are, and a button that clears them. */
"use client";

import type { ComponentProps, ReactNode } from "react";
import type { FieldPath, FieldPathValue, FieldValues } from "react-hook-form";
import { isHiddenPath } from "@/lib/datasets/file-names";
import { Button } from "../button";
import { type ChosenFile, FileDrop } from "../file-drop";
import { type Bound, useField } from "./form-fields";

/** @param summary of the files, once there are any */
export function FormFiles<Values extends FieldValues, Name extends FieldPath<Values>>({
  control,
  name,
  disabled,
  onAdded,
  summary,
  ...drop
}: Pick<Bound<Values, Name>, "control" | "name"> &
  Pick<ComponentProps<typeof FileDrop>, "accept" | "label" | "hint"> & {
    disabled: boolean;
    onAdded?: (files: readonly ChosenFile[]) => void;
    summary: (files: readonly ChosenFile[]) => ReactNode;
  }) {
  const { field, error } = useField({ control, name });
  const files: readonly ChosenFile[] = field.value ?? [];
  const keep = (kept: readonly ChosenFile[]) => field.onChange(kept as FieldPathValue<Values, Name>);

  function add(added: ChosenFile[]) {
    const known = new Map(files.map((chosen) => [chosen.path, chosen]));
    for (const chosen of added) if (!isHiddenPath(chosen.path)) known.set(chosen.path, chosen);
    keep([...known.values()]);
    onAdded?.(added);
  }

  return (
    <div className="grid gap-3">
      <FileDrop {...drop} name={field.name} multiple error={error} onFiles={add} disabled={disabled} />
      {files.length > 0 ? (
        <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
          <p className="numeric" aria-live="polite">
            {summary(files)}
          </p>
          <Button size="sm" variant="quiet" disabled={disabled} onClick={() => keep([])}>
            Clear
          </Button>
        </div>
      ) : null}
    </div>
  );
}
