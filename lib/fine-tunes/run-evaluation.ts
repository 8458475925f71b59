/** The plan of evaluating a run's models while it trains: at which epochs, on which captions, by which metrics. */
import { z } from "zod";
import { splitChoice } from "@/lib/datasets/split-choice";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { evaluationSidesPx } from "@/lib/evaluations/evaluation-side";
import { metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";

export const runEvaluation = z.object({
  /** After which epochs; the weights of these are kept. */
  atEpochs: z.array(z.number().int("Whole epochs only.").min(1)).min(1, "Enter at least one epoch."),
  /** Captions and real photographs; null: the run's own. Photographs that the model was not trained on tell more. */
  datasetId: z.uuid().nullable().default(null),
  /** Of these only those that are held out, or that models learn from. */
  split: splitChoice,
  /** Only the first so many captions; null: the first caption of every image. */
  captionLimit: z.number().int().min(1).nullable().default(100),
  /** The other part: the base that an upsampler enlarges, or an upsampler (null for none) for a base. */
  otherPartId: z.uuid().nullable().default(null),
  metrics: z
    .array(z.enum(metricNames))
    .min(1, "Choose at least one metric.")
    .default([...usualMetrics]),
  /** One evaluation for each; null compares images as they are. */
  sidesPx: z
    .array(z.union([z.null(), z.literal(evaluationSidesPx)]))
    .min(1, "Choose at least one image size.")
    .default([null]),
  sampling: sampleSettings.default(sampleSettings.parse({})),
});

export type RunEvaluation = z.infer<typeof runEvaluation>;

/**
 * The epoch that a checkpoint was kept for, of those at which the run is to be evaluated; null for none. Steps do not
 * always end with an epoch: a checkpoint is of the first step that ends after it (see `TrainingBatches.stepsFor`).
 *
 * @param epoch epochs done, with a fraction
 * @param epochsPerStep images per step, as a part of all images
 */
export function evaluatedEpoch(
  atEpochs: readonly number[],
  epoch: number,
  epochsPerStep: number,
): number | null {
  // Fractions such as 3 × (1 / 3) need not be exact.
  const tolerance = 1e-9;
  const due = atEpochs.filter((at) => epoch >= at - tolerance && epoch < at + epochsPerStep - tolerance);
  return due.length === 0 ? null : Math.max(...due);
}
