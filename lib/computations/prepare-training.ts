/** Reads the captions that a fine-tune would learn from, for the form that starts it. */
import { type Preparation, prepareTrainingImages } from "@/lib/datasets/training/prepare-training-images";
import { newestRevision, trainingImagesOf, vocabularyOf } from "@/lib/datasets/training/training-images-of";
import type { PreparationInput } from "@/lib/fine-tunes/preparation-fields";

export async function compute({
  datasetId,
  settings,
}: PreparationInput): Promise<Omit<Preparation<unknown>, "images">> {
  const rows = await trainingImagesOf(datasetId, await newestRevision(datasetId));
  const { images: _, ...preparation } = prepareTrainingImages(rows, settings, await vocabularyOf(datasetId));
  return preparation;
}
