/** Augments the image of one training example, as a function of the choices and the example's random streams alone. */
import type { Random } from "@/lib/numerics/random";
import type { CaptionSubject } from "./augmentation";
import type { AugmentationChoices } from "./choice";
import { type AugmentationName, augmentationNames, augmentationTable } from "./registry";

export type AugmentationSettings = {
  readonly augmentations: AugmentationChoices;
  /** Whether augmentations that change what a caption names are left out for it. */
  readonly captionWords: "protect" | "warn";
};

/** An augmentation that happens to an example. */
export type DrawnAugmentation = {
  readonly name: AugmentationName;
  readonly amount: number;
  /** Decides the rest. */
  readonly random: Random;
};

/** More than there are augmentations: each has a stream of its own for every example. */
const streamsPerExample = 32;

/**
 * What happens to an example. One augmentation depends on no other: to add or remove one leaves the rest as they were.
 *
 * @param named what the example's caption says
 * @param example its number in the run
 * @param randomFor the stream of a number
 */
export function drawAugmentations(
  { augmentations, captionWords }: AugmentationSettings,
  named: readonly CaptionSubject[],
  example: number,
  randomFor: (number: number) => Random,
): DrawnAugmentation[] {
  return augmentationNames.flatMap((name) => {
    const choice = augmentations[name];
    const { stream, changes } = augmentationTable[name];
    if (choice === undefined) return [];
    if (captionWords === "protect" && changes.some((subject) => named.includes(subject))) return [];
    const random = randomFor(example * streamsPerExample + stream);
    if (random.uniform() >= choice.probability) return [];
    const { from = 0, to = 0 } = choice;
    return [{ name, amount: from + (to - from) * random.uniform(), random }];
  });
}

/** Whether one of them is best done before an image is made small. */
export function movesPixels(drawn: readonly DrawnAugmentation[]): boolean {
  return drawn.some(({ name }) => augmentationTable[name].movesPixels);
}

/**
 * Those that move pixels, or the others.
 *
 * @param pixels [3, size, size] in [-1, 1]
 */
export function applyAugmentations(
  pixels: Float32Array,
  drawn: readonly DrawnAugmentation[],
  which: "that-move-pixels" | "others",
): Float32Array {
  return drawn
    .filter(({ name }) => augmentationTable[name].movesPixels === (which === "that-move-pixels"))
    .reduce(
      (image, { name, amount, random }) => augmentationTable[name].apply(image, amount, random),
      pixels,
    );
}

/** What a worsened image is called, such as ["blurred", "noisy"]. */
export function degradationsOf(drawn: readonly DrawnAugmentation[]): string[] {
  return drawn.flatMap(({ name }) => augmentationTable[name].degradation ?? []);
}
