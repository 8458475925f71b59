/** Chooses between all images of a dataset, those held out, and those that models learn from. */
"use client";

import type { FieldPath, FieldValues } from "react-hook-form";
import type { Split } from "@/lib/generated/prisma/enums";
import type { Codec } from "./form/codecs";
import { type Bound, FormSelect } from "./form/form-fields";
import { formatCount } from "./numbers";

const codec: Codec<Split | null> = {
  parse: (text) => (text === "TRAINING" || text === "HELD_OUT" ? text : null),
  format: (value) => value ?? "",
};

/** `dataset`: whose images are meant; undefined where they cannot be counted. */
export function SplitField<Values extends FieldValues, Name extends FieldPath<Values>>({
  dataset,
  label,
  help,
  ...bound
}: Bound<Values, Name> & {
  dataset: { imageCount: number; trainingCount: number } | undefined;
  label: string;
  help?: string;
}) {
  if (dataset !== undefined && dataset.imageCount === dataset.trainingCount) return null;
  const count = (images: number | undefined) => (images === undefined ? "" : ` (${formatCount(images)})`);
  return (
    <FormSelect {...bound} codec={codec as never} label={label} help={help}>
      <option value="">All{count(dataset?.imageCount)}</option>
      <option value="HELD_OUT">Held out{count(dataset && dataset.imageCount - dataset.trainingCount)}</option>
      <option value="TRAINING">For training{count(dataset?.trainingCount)}</option>
    </FormSelect>
  );
}
