/** Versions of an image as training would see it, to be looked at before a run. */
import { pixelsToRgb, type RgbImage } from "../sampling/rgb-image";
import type { DrawnAugmentation } from "./augmentation/augment";
import type { DegradedMark } from "./augmentation/augmentation";
import { degradedEnding } from "./augmentation/degraded-mark";
import type { CaptionedImage } from "./captioned-image";
import { drawExample, type ExampleSettings } from "./draw-example";
import { TrainingImages } from "./training-images";

export type VersionSettings = Omit<ExampleSettings, "lowResSizePx"> & {
  readonly degradedMark: DegradedMark;
  /** Which examples of a run they are: of the image with this place, from 0, among those that are shown. */
  readonly place: number;
};

export type AugmentedVersion = {
  readonly image: RgbImage;
  /** As the model would read it. */
  readonly caption: string;
  readonly augmentations: readonly Pick<DrawnAugmentation, "name" | "amount">[];
};

/**
 * The image as training takes it without augmentation, then `count` augmented versions: what a run with this seed would
 * make of it as its examples number place · count, place · count + 1, ...
 *
 * @throws SemblanceError as TrainingImages.open and draw
 */
export async function drawVersions(
  image: CaptionedImage,
  count: number,
  settings: VersionSettings,
): Promise<{ plain: AugmentedVersion; versions: AugmentedVersion[] }> {
  const images = await TrainingImages.open([image]);
  const draw = async (number: number, own: VersionSettings): Promise<AugmentedVersion> => {
    const example = await drawExample(images, 0, number, { ...own, lowResSizePx: null });
    const { caption, degradations } = example;
    return {
      image: pixelsToRgb(example.pixels, own.sizePx),
      caption: own.degradedMark === "words" ? caption + degradedEnding(caption, degradations) : caption,
      augmentations: example.augmentations,
    };
  };
  return {
    plain: await draw(0, { ...settings, augmentations: {}, cropAreaMin: 1, flip: false }),
    versions: await Promise.all(
      Array.from({ length: count }, (_, number) => draw(settings.place * count + number, settings)),
    ),
  };
}
