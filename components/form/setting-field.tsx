/** The field of a setting that says what it is (lib/diffusion/settings): kind, label, help, unit and choices are its own. */
"use client";

import type { Control, FieldPath, FieldValues } from "react-hook-form";
import type { z } from "zod";
import { settingChoices, settingEntries, settingKind, settingText } from "@/lib/diffusion/settings/setting";
import { lines, numberList } from "./codecs";
import { FormEntries } from "./form-entries";
import { FormCheckbox, FormNumberField, FormSelect, FormTextArea, FormTextField } from "./form-fields";

/** Settings whose fields are narrow enough to share a row. */
export function isNarrow(type: z.ZodType): boolean {
  return ["number", "choice", "text"].includes(settingKind(type));
}

/**
 * @param type made with `setting`
 * @param help instead of the setting's own
 * @param onValue after the person has changed the value
 */
export function SettingField<Values extends FieldValues>({
  control,
  name,
  type,
  ...rest
}: {
  control: Control<Values>;
  name: FieldPath<Values>;
  type: z.ZodType;
  help?: string;
  onValue?: (value: never) => void;
}) {
  const { label, labelInGroup = label, help, unit } = settingText(type);
  // What kind of value the name has follows from the setting, which TypeScript does not know.
  const bound = { control, name, label: labelInGroup, ...(help ? { help } : {}), ...rest } as const;
  switch (settingKind(type)) {
    case "number":
      return <FormNumberField {...bound} {...(unit ? { unit } : {})} />;
    case "choice":
      return (
        <FormSelect {...bound}>
          {settingChoices(type).map((choice) => (
            <option key={choice} value={choice}>
              {settingText(type).titles?.[choice] ?? choice}
            </option>
          ))}
        </FormSelect>
      );
    case "switch":
      return <FormCheckbox {...bound} />;
    case "numbers":
      return <FormTextField {...bound} optional placeholder="20, 40" codec={numberList as never} />;
    case "texts":
      return (
        <FormTextArea
          {...bound}
          optional
          rows={3}
          className="[&_textarea]:font-serif"
          codec={lines as never}
        />
      );
    case "text":
      return <FormTextField {...bound} optional={settingText(type).none !== undefined} />;
    case "set":
      return <FormEntries {...bound} entries={settingEntries(type)} />;
  }
}
