/** The input for an evaluation; browser, server and command line use the same checks. */
import { z } from "zod";
import { chosenCategories } from "@/lib/datasets/caption-category";
import { splitChoice } from "@/lib/datasets/split-choice";
import { metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";
import { evaluationSidesPx } from "./evaluation-side";

export const startEvaluationInput = z.object({
  sampleSetId: z.uuid("Choose a sample set."),
  /** The real photographs; null: those of the dataset whose captions were drawn. */
  datasetId: z.uuid().nullable().default(null),
  /** Only photographs that are held out, or that models learn from, and samples for their captions. */
  split: splitChoice,
  /** Only samples for captions of any of these, such as Category=Animals, and photographs with such captions; empty: all. */
  captionCategories: chosenCategories.default([]),
  metrics: z
    .array(z.enum(metricNames))
    .min(1, "Choose at least one metric.")
    .default([...usualMetrics]),
  /** Side to which both kinds of images are brought first; null compares them as they are. */
  sidePx: z.union([z.null(), z.literal(evaluationSidesPx)]).default(null),
});
