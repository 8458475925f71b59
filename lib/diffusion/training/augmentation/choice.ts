/** Which augmentations a run uses: each with its probability and the range of its amount. */
import { z } from "zod";
import type { Augmentation } from "./augmentation";
import { type AugmentationName, augmentationNames, augmentationTable } from "./registry";

export type AugmentationChoice = {
  readonly probability: number;
  /** The amount's range; absent where the augmentation has none. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

/** By name; those that are absent are not used. */
export type AugmentationChoices = { readonly [Name in AugmentationName]?: AugmentationChoice | undefined };

const probability = z.number().min(0).max(1).default(0.5);

function choiceOf({ range }: Augmentation): z.ZodType<AugmentationChoice> {
  if (range === null) return z.strictObject({ probability });
  const amount = z.number().min(range.least).max(range.most);
  return z
    .strictObject({ probability, from: amount.default(range.from), to: amount.default(range.to) })
    .refine(({ from, to }) => from <= to, { path: ["to"], message: "The range ends before it begins." });
}

const choices = Object.fromEntries(
  augmentationNames.map((name) => [name, choiceOf(augmentationTable[name]).optional()]),
) as { [Name in AugmentationName]: z.ZodOptional<z.ZodType<AugmentationChoice>> };

/** What is parsed has the registry's order, whatever order it was given in. */
export const augmentationChoices = z.strictObject(choices);
