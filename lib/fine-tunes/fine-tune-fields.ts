/** The input for starting a fine-tune: for the server and the command line, and in the browser's form. */
import { z } from "zod";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import { nameText } from "../text/name-text";
import { type RunEvaluation, runEvaluation } from "./run-evaluation";

export const startFineTuneInput = z.object({
  name: nameText("Give the fine-tune a name.", 80),
  part: z.enum(["BASE", "UPSAMPLER"]).default("BASE"),
  datasetId: z.uuid("Choose a dataset."),
  /** Null trains `settings.preset` from scratch. */
  startCheckpointId: z.uuid("Choose a model.").nullable().default(null),
  settings: fineTuneSettings,
  /** Null: its models are not evaluated while it trains. */
  evaluation: runEvaluation.nullable().default(null),
});

/** The form always has the fields of an evaluation; without epochs they are ignored. */
export type FineTuneValues = Omit<z.output<typeof startFineTuneInput>, "evaluation"> & {
  evaluation: RunEvaluation;
};

export function toFineTuneInput({
  evaluation,
  ...values
}: FineTuneValues): z.input<typeof startFineTuneInput> {
  return { ...values, evaluation: evaluation.atEpochs.length === 0 ? null : evaluation };
}

/** Usual learning rates: careful with weights that know something already. */
export function usualLearningRate(startCheckpointId: string | null): number {
  return startCheckpointId === null ? 1e-3 : 1e-4;
}

/** An upsampler is not guided, so it need not learn to draw without a caption. */
export const usualCaptionDropRates: Record<ModelPart, number> = { BASE: 0.2, UPSAMPLER: 0 };

/** Steps between validations: none for datasets without held-out images. */
export function usualValidation(heldOutCount: number): number {
  return heldOutCount > 1 ? 100 : 0;
}
