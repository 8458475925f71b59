/** The fields of one group of training options, as their table has them. */
"use client";

import type { ReactNode } from "react";
import type { Control } from "react-hook-form";
import { FieldGroup } from "@/components/field";
import { isNarrow, SettingField } from "@/components/form/setting-field";
import {
  type TrainingOption,
  type trainingGroups,
  trainingOptions,
} from "@/lib/diffusion/training/training-options";
import type { FineTuneValues } from "@/lib/fine-tunes/fine-tune-fields";

type OptionName = keyof typeof trainingOptions;

export function OptionFields({
  control,
  group,
  title,
  text,
}: {
  control: Control<FineTuneValues>;
  group: keyof typeof trainingGroups;
  title: string;
  text: ReactNode;
}) {
  const options = (Object.entries(trainingOptions) as [OptionName, TrainingOption][]).filter(
    ([, option]) => option.group === group,
  );
  const toField = ([name, { type }]: [OptionName, TrainingOption]) => (
    <SettingField key={name} control={control} name={`settings.${name}`} type={type} />
  );
  const narrow = options.filter(([, { type }]) => isNarrow(type));
  const wide = options.filter(([, { type }]) => !isNarrow(type));
  return (
    <FieldGroup title={title} text={text}>
      <div className="grid gap-5 sm:grid-cols-3">{narrow.map(toField)}</div>
      {wide.map(toField)}
    </FieldGroup>
  );
}
