/** Evaluations that a sample set asks for by itself as soon as its images are there. */
import { z } from "zod";
import { evaluationSidesPx } from "@/lib/evaluations/evaluation-side";
import { metricNames } from "@/lib/metrics/catalogue/metric-catalogue";

export const plannedEvaluation = z.object({
  /** The real photographs; null: those of the dataset whose captions are drawn. */
  datasetId: z.uuid().nullable().default(null),
  metrics: z.array(z.enum(metricNames)).min(1, "Choose at least one metric."),
  /** One evaluation for each; null compares images as they are. */
  sidesPx: z
    .array(z.union([z.null(), z.literal(evaluationSidesPx)]))
    .min(1)
    .default([null]),
});
