/** The fields of one group of training options, as their table has them. */
"use client";

import type { ReactNode } from "react";
import type { Control } from "react-hook-form";
import { FieldGroup } from "@/components/field";
import { FormCheckboxes } from "@/components/form/form-checkboxes";
import { isNarrow, SettingField } from "@/components/form/setting-field";
import { settingText } from "@/lib/diffusion/settings/setting";
import { type trainingGroups, trainingOptions } from "@/lib/diffusion/training/training-options";
import type { FineTuneValues } from "@/lib/fine-tunes/fine-tune-fields";

type OptionName = keyof typeof trainingOptions;

const isNarrowOption = (name: OptionName) => isNarrow(trainingOptions[name].type);

/** Options that are beside each other, or one that stands alone. */
function toRows(names: readonly OptionName[]): OptionName[][] {
  const rows: OptionName[][] = [];
  for (const name of names) {
    const last = rows.at(-1);
    if (last && isNarrowOption(name) && isNarrowOption(last[0]!)) last.push(name);
    else rows.push([name]);
  }
  return rows;
}

export function OptionFields({
  control,
  group,
  title,
  text,
  attributes,
  children,
}: {
  control: Control<FineTuneValues>;
  group: keyof typeof trainingGroups;
  title: string;
  text: ReactNode;
  /** Of the dataset's word lists. */
  attributes: readonly string[];
  /** Below the fields. */
  children?: ReactNode;
}) {
  const names = (Object.keys(trainingOptions) as OptionName[]).filter(
    (name) => trainingOptions[name].group === group,
  );
  return (
    <FieldGroup title={title} text={text}>
      {toRows(names).map((row) => (
        <div key={row[0]} className={isNarrowOption(row[0]!) ? "grid gap-5 sm:grid-cols-3" : undefined}>
          {row.map((name) =>
            name === "balanceAttributes" ? (
              <FormCheckboxes
                key={name}
                control={control}
                name={`settings.${name}`}
                legend={settingText(trainingOptions[name].type).label}
                choices={attributes.map((value) => ({ value, label: value }))}
              />
            ) : (
              <SettingField
                key={name}
                control={control}
                name={`settings.${name}`}
                type={trainingOptions[name].type}
              />
            ),
          )}
        </div>
      ))}
      {children}
    </FieldGroup>
  );
}
