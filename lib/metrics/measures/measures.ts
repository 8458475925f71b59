/** The implementations of metrics, by the names that the catalogue of metrics gives them. */
import type { MeasureName } from "../catalogue/metric-catalogue";
import { captionDiversityMeasure } from "./caption-diversity";
import { discrepancyMeasure } from "./clip-mean-discrepancy";
import { clipScoreMeasure, glideClipScoreMeasure } from "./clip-score";
import { frechetMeasure } from "./frechet";
import { groundingMeasure } from "./grounding";
import { inceptionScoreMeasure } from "./inception-score";
import { kernelMeasure } from "./kernel-distance";
import type { Measure } from "./measure";
import { nearestMeasure } from "./nearest-real";
import { neighbourhoodMeasure } from "./precision-recall";
import { retrievalMeasure } from "./r-precision";

export const measures: Readonly<Record<MeasureName, Measure>> = {
  frechet: frechetMeasure,
  kernel: kernelMeasure,
  precision: neighbourhoodMeasure("precision"),
  recall: neighbourhoodMeasure("recall"),
  density: neighbourhoodMeasure("density"),
  coverage: neighbourhoodMeasure("coverage"),
  "inception-score": inceptionScoreMeasure,
  "clip-score": clipScoreMeasure,
  "glide-clip-score": glideClipScoreMeasure,
  "r-precision": retrievalMeasure,
  "caption-diversity": captionDiversityMeasure,
  cmmd: discrepancyMeasure("biased"),
  "cmmd-unbiased": discrepancyMeasure("unbiased"),
  nearest: nearestMeasure(),
  "copy-check": nearestMeasure({ copyAbove: 0.75 }),
  grounding: groundingMeasure,
};
