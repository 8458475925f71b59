/** The augmentations as entries of a setting: what forms, pages and the command line ask for and show. */
import type { SettingEntry } from "../../settings/setting";
import { augmentationNames, augmentationTable } from "./registry";

const probability = { label: "Probability", least: 0, most: 1, usual: 0.5 } as const;

export const augmentationEntries: Readonly<Record<string, SettingEntry>> = Object.fromEntries(
  augmentationNames.map((name) => {
    const { title, description, range } = augmentationTable[name];
    if (range === null) return [name, { title, help: description, numbers: { probability } }];
    const { label, unit, least, most } = range;
    const numbers = {
      probability,
      from: { label: "From", unit, least, most, usual: range.from },
      to: { label: "To", unit, least, most, usual: range.to },
    };
    return [
      name,
      { title, help: `${description} ${label}: ${least} to ${most}${unit ? ` ${unit}` : ""}.`, numbers },
    ];
  }),
);
