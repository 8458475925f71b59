/** Splits a dataset; the order of 100,000 images takes a while. */
import type { z } from "zod";
import type { splitInput } from "@/lib/datasets/revisions/revision-fields";
import { splitDataset } from "@/lib/datasets/revisions/split-dataset";

export function compute(input: z.input<typeof splitInput>): ReturnType<typeof splitDataset> {
  return splitDataset(input);
}
