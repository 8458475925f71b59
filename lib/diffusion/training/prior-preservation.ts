/** Prior preservation: images of a class beside those of a subject, so that the model keeps what it knew of the class. */
import type { NoisedExample } from "./batch-feeds";

/**
 * A batch whose mean loss is that of the images plus `weight` times that of the class images, each a mean over its own
 * images: the images' losses are weighted, so that every learner gets the gradients of
 *
 *   mean over images + λ · mean over class images
 *
 * Source: Ruiz et al. 2023 (DreamBooth, arXiv 2208.12242, equation 2); diffusers' `--with_prior_preservation` computes the
 * same of the halves of a batch.
 */
export function withPrior(
  images: readonly NoisedExample[],
  classImages: readonly NoisedExample[],
  weight: number,
): NoisedExample[] {
  const total = images.length + classImages.length;
  const weigh =
    (factor: number) =>
    (example: NoisedExample): NoisedExample => ({
      ...example,
      drawn: {
        timestep: example.drawn.timestep,
        errorWeight: factor * example.drawn.errorWeight,
        boundWeight: factor * example.drawn.boundWeight,
      },
    });
  return [
    ...images.map(weigh(total / images.length)),
    ...classImages.map(weigh((weight * total) / classImages.length)),
  ];
}
