/** Independent random streams for everything that chance decides in training, addressed by purpose and number. */
import { Random } from "@/lib/numerics/random";

/** Stream 0 of a seed belongs to the initial weights. */
const purposes = {
  order: 1,
  example: 2,
  captionDrop: 3,
  noise: 4,
  dropout: 5,
  adapter: 6,
  mask: 7,
  secondCaption: 8,
  augmentation: 12,
  validation: 20,
  validationChoice: 21,
} as const;

/** Numbers of one purpose; 2^40 steps of a batch of 256 would take longer than anyone waits. */
const numbersPerPurpose = 2 ** 48;

/**
 * The random numbers of one purpose and number (a step, an epoch, an example) under a seed. They depend on nothing
 * that was drawn before, so a resumed run draws what an undisturbed one would.
 */
export function randomFor(seed: number, purpose: keyof typeof purposes, number: number): Random {
  return new Random(seed, purposes[purpose] * numbersPerPurpose + number);
}
