/** Which images validate a run, and which of its own images they are compared with. */
import { SemblanceError } from "@/lib/errors";
import type { CaptionedImage } from "./captioned-image";
import type { TrainingSettings } from "./fine-tune-settings";
import { randomFor } from "./random-streams";

type Choice = Pick<
  TrainingSettings,
  "validationEverySteps" | "validationShare" | "validationImages" | "seed"
>;

export type ChosenImages = {
  /** Those that the model learns from. */
  readonly training: readonly CaptionedImage[];
  /** Those that it is validated on; empty: it is not. */
  readonly heldOut: readonly CaptionedImage[];
};

/**
 * Takes the images to validate on from those given for it, or else a share from the images of the run, by its seed. A share
 * stays out of training also where the run is not validated: it decides the weights.
 *
 * @throws SemblanceError `invalid_input` where a run is to be validated and there is nothing to validate on, or where a
 *   share leaves nothing to learn from
 */
export function chooseImages(
  images: readonly CaptionedImage[],
  given: readonly CaptionedImage[] | undefined,
  { validationEverySteps, validationShare, validationImages, seed }: Choice,
): ChosenImages {
  const { training, share } = takeShare(images, validationShare, seed);
  if (validationEverySteps === 0) return { training, heldOut: [] };
  const source = validationShare > 0 ? share : (given ?? []);
  if (source.length === 0) {
    throw new SemblanceError("invalid_input", "The run is to be validated, but no images are held out.", {
      remedy:
        "Hold images of the dataset out, name another dataset or folder (validationSet), set a share of the images (validationShare), or turn validation off (validationEverySteps 0).",
    });
  }
  return { training, heldOut: pickImages(source, validationImages, seed) };
}

/** At most so many, by the seed, in the order of the list. */
export function pickImages<Image>(images: readonly Image[], most: number, seed: number): Image[] {
  const order = [...randomFor(seed, "validationChoice", 1).permutation(images.length)].slice(0, most);
  return order.sort((a, b) => a - b).map((index) => images[index]!);
}

function takeShare(images: readonly CaptionedImage[], share: number, seed: number) {
  if (share === 0) return { training: images, share: [] };
  const count = Math.max(1, Math.round(share * images.length));
  if (count >= images.length) {
    throw new SemblanceError(
      "invalid_input",
      `A share of ${share} for validation leaves none of ${images.length} images to learn from.`,
      { remedy: "Choose a smaller share (validationShare), or give more images." },
    );
  }
  const taken = new Set(randomFor(seed, "validationChoice", 0).permutation(images.length).slice(0, count));
  return {
    training: images.filter((_, index) => !taken.has(index)),
    share: images.filter((_, index) => taken.has(index)),
  };
}
