/** The rows that docs/reference/options.md must have, from the program's own tables. */
import { z } from "zod";
import { sampleOptionNames, toOption, trainOptionNames } from "@/cli/setting-options";
import { samplers } from "@/lib/diffusion/samplers";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { settingChoices, settingKind, settingText, valueType } from "@/lib/diffusion/settings/setting";
import { augmentationNames, augmentationTable } from "@/lib/diffusion/training/augmentation/registry";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

/** "above 0, at most 1", "0 to 50", "ancestral, ddim"; empty where any value will do. */
function rangeOf(type: z.ZodType): string {
  const choices = settingChoices(type);
  if (choices.length > 0) return choices.map((choice) => `\`${choice}\``).join(", ");
  const { minimum, maximum, exclusiveMinimum } = z.toJSONSchema(valueType(type)) as Record<string, number>;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (exclusiveMinimum !== undefined)
    return `above ${exclusiveMinimum}${most === undefined ? "" : `, at most ${most}`}`;
  if (minimum === undefined) return "";
  return most === undefined ? `from ${minimum}` : `${minimum} to ${most}`;
}

function rowsOf(
  settings: z.ZodObject<Record<string, z.ZodType>>,
  names: Readonly<Record<string, string>>,
): string[] {
  const defaults: Readonly<Record<string, unknown>> = settings.parse({});
  return Object.entries(settings.shape).map(([name, type]) => {
    const initial = settingKind(type) === "set" ? "" : [defaults[name] ?? ""].flat().join(", ");
    const usual = initial === "" || initial === "false" ? "" : `\`${initial}\``;
    return `| \`--${toOption(names[name] ?? name)}\` | ${settingText(type).description} | ${rangeOf(type)} | ${usual} |`;
  });
}

export const tables: readonly (readonly [subject: string, rows: () => string[]])[] = [
  ["training", () => rowsOf(fineTuneSettings, trainOptionNames)],
  ["sampling", () => rowsOf(sampleSettings, sampleOptionNames)],
  [
    "augmentations",
    () =>
      augmentationNames.map((name) => {
        const { title, description, range, changes, degradation } = augmentationTable[name];
        const amount = range
          ? `${range.label.toLowerCase()}, ${range.least} to ${range.most}${range.unit ? ` ${range.unit}` : ""}`
          : "";
        const usual = range ? `${range.from} to ${range.to}` : "";
        return `| \`${name}\` | ${title} | ${description} | ${amount} | ${usual} | ${changes.join(", ")} | ${degradation ?? ""} |`;
      }),
  ],
  [
    "samplers",
    () =>
      samplers.map(
        ({ name, title, description, defaultSteps }) =>
          `| \`${name}\` | ${title} | ${description} | ${defaultSteps} |`,
      ),
  ],
];
