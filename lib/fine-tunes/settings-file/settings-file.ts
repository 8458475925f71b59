/**
 * What a settings file says: a fine-tune as somebody asks for it, with datasets and models by name and by the hash of their
 * content, so that it means the same on another machine. Options have the names of the table of training options.
 */
import { z } from "zod";
import { splitChoice } from "@/lib/datasets/split-choice";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import {
  type NamedContent,
  namedContent,
  namedDataset,
  withoutDefaults,
} from "@/lib/settings-files/named-content-fields";
import { settingsFileVersion } from "@/lib/settings-files/read-document";
import { nameText } from "@/lib/text/name-text";
import { runEvaluation } from "../run-evaluation";

const { datasetId: _dataset, split: _split, otherPartId: _other, ...evaluationShape } = runEvaluation.shape;

export const settingsFile = z.strictObject({
  version: z.literal(settingsFileVersion),
  /** The Semblance that wrote it. */
  semblance: z.string().optional(),
  name: nameText("Give the fine-tune a name.", 80).optional(),
  part: z.enum(["base", "upsampler"]).optional(),
  dataset: namedDataset.optional(),
  /** The model where training starts; null: from scratch. */
  start: namedContent.nullable().optional(),
  settings: withoutDefaults(fineTuneSettings.shape).default({}),
  evaluation: withoutDefaults(evaluationShape)
    .extend({
      atEpochs: runEvaluation.shape.atEpochs,
      /** Absent: the dataset that it learns from. */
      dataset: namedDataset.nullable().optional(),
      split: splitChoice.optional(),
      otherPart: namedContent.nullable().optional(),
    })
    .nullable()
    .optional(),
});

export type SettingsFile = Readonly<
  Omit<z.output<typeof settingsFile>, "version" | "semblance" | "dataset" | "start" | "evaluation">
> & {
  readonly dataset?: NamedContent;
  readonly start?: NamedContent | null;
  readonly evaluation?:
    | (Readonly<Record<string, unknown>> & {
        readonly dataset?: NamedContent | null;
        readonly otherPart?: NamedContent | null;
      })
    | null;
};
