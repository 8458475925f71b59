/** Whether a run has a term of consistency between captions, and what it can learn it from. */
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import type { ModelOptions } from "../model/model-options";
import { contradictionOfConsistency } from "./contradicting-settings";
import type { TrainingSettings } from "./fine-tune-settings";
import type { ConsistencyTerm } from "./training-graph";
import type { TrainingImages } from "./training-images";

/** What the graph needs of the settings; null: the run has no such term. */
export function consistencyTerm({
  consistencyWeight: weight,
  consistencyTemperature: temperature,
  batchSize: imageCount,
}: TrainingSettings): ConsistencyTerm | null {
  return weight === 0 ? null : { weight, temperature, imageCount };
}

/**
 * For the run's log, how many images have several captions; null without the term.
 *
 * @throws SemblanceError `invalid_input` where model, settings or images allow no such term
 */
export function describePairs(
  settings: TrainingSettings,
  options: ModelOptions,
  { count, pairedCount }: Pick<TrainingImages, "count" | "pairedCount">,
): string | null {
  const contradiction = contradictionOfConsistency(settings, {
    imageCount: count,
    hasPairedImages: pairedCount > 0,
    readsCaptions: options.xf_width > 0,
  });
  if (contradiction !== null) {
    throw new SemblanceError("invalid_input", contradiction.message, { remedy: contradiction.remedy });
  }
  if (settings.consistencyWeight === 0) return null;
  const alone = count - pairedCount;
  const others =
    alone === 0
      ? ""
      : ` ${counted(alone, "image has", "images have")} a single caption, from which those of other images are drawn apart.`;
  return `Consistency between captions: ${pairedCount} of ${counted(count, "image", "images")} have several captions.${others}`;
}
