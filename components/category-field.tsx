/** Chooses categories of a dataset's captions; nothing where it has none. */
"use client";

import type { FieldPath, FieldValues } from "react-hook-form";
import { categoryToText } from "@/lib/datasets/caption-category";
import type { CategoryCount } from "@/lib/datasets/list-categories";
import { FormCheckboxes } from "./form/form-checkboxes";
import type { Bound } from "./form/form-fields";
import { formatCount } from "./numbers";

export function CategoryField<Values extends FieldValues, Name extends FieldPath<Values>>({
  categories,
  ...bound
}: Bound<Values, Name> & { categories: readonly CategoryCount[] }) {
  if (categories.length === 0) return null;
  return (
    <FormCheckboxes
      {...bound}
      legend="Only captions of these categories"
      choices={categories.map((category) => ({
        value: categoryToText(category) as never,
        label: `${category.name}: ${category.value} (${formatCount(category.captionCount)})`,
      }))}
      className="grid max-h-72 gap-3 overflow-y-auto sm:grid-cols-2"
    />
  );
}
