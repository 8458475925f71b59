/** Evaluations that a sample set asks for by itself as soon as its images are there. */
import { z } from "zod";
import { splitChoice } from "@/lib/datasets/split-choice";
import { evaluationSidesPx } from "@/lib/evaluations/evaluation-side";
import { metricNames } from "@/lib/metrics/catalogue/metric-catalogue";

export const plannedEvaluation = z.object({
  /** The real photographs; null: those of the dataset whose captions are drawn. */
  datasetId: z.uuid().nullable().default(null),
  /** Of the photographs, and of samples for their captions. */
  split: splitChoice,
  metrics: z.array(z.enum(metricNames)).min(1, "Choose at least one metric."),
  /** One evaluation for each; null compares images as they are. */
  sidesPx: z
    .array(z.union([z.null(), z.literal(evaluationSidesPx)]))
    .min(1)
    .default([null]),
});
