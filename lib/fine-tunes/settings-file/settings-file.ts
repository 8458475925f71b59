/**
 * What a settings file says: a fine-tune as somebody asks for it, with datasets and models by name and by the hash of their
 * content, so that it means the same on another machine. Options have the names of the table of training options.
 */
import { z } from "zod";
import { splitChoice } from "@/lib/datasets/split-choice";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { nameText } from "@/lib/text/name-text";
import { runEvaluation } from "../run-evaluation";

/** Goes up when an earlier Semblance would misread a file; a new option is no reason. */
export const settingsFileVersion = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "A SHA-256 has 64 hexadecimal digits.");

/** A dataset or a model: its name in the installation where the file was written, and what it contains. */
const namedContent = z.strictObject({
  name: z.string().min(1),
  /** Of a model's stored file; of a dataset see contentHash. */
  sha256: sha256.optional(),
});

const namedDataset = namedContent.extend({ revision: z.number().int().min(1).optional() });

/** The same values without their defaults: what a file leaves out may come from elsewhere. */
function withoutDefaults<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(shape).map(([name, type]) => [
        name,
        (type instanceof z.ZodDefault ? (type.unwrap() as z.ZodType) : (type as z.ZodType)).optional(),
      ]),
    ),
  );
}

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

export type NamedContent = { readonly name: string; readonly sha256?: string; readonly revision?: number };

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
