/** One training example: an image as a run sees it, which depends on the seed and the example's number alone. */
import { type AugmentationSettings, drawAugmentations } from "./augmentation/augment";
import { randomFor } from "./random-streams";
import type { CropSettings, TrainingExample, TrainingImages } from "./training-images";

export type ExampleSettings = Omit<CropSettings, "drawAugmentations"> &
  AugmentationSettings & { readonly seed: number };

/**
 * @param index of the image
 * @param number of the example in its run
 * @throws SemblanceError as TrainingImages.draw
 */
export function drawExample(
  images: TrainingImages,
  index: number,
  number: number,
  settings: ExampleSettings,
): Promise<TrainingExample> {
  const { seed } = settings;
  const randomOf = (stream: number) => randomFor(seed, "augmentation", stream);
  return images.draw(index, randomFor(seed, "example", number), {
    ...settings,
    drawAugmentations: (named) => drawAugmentations(settings, named, number, randomOf),
  });
}
