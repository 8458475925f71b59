/** The order in which an epoch draws its images. */
import type { Random } from "@/lib/numerics/random";

/**
 * As many numbers of images as there are images. Without weights, each once in random order. With them, image i is
 * drawn n·wᵢ / Σw times, rounded up or down at random so that the mean over epochs is exact: systematic sampling, whose
 * points lie evenly over the weights laid end to end.
 *
 * Source: Madow 1949, On the theory of systematic sampling, II.
 *
 * @param weights one per image, not negative, at least one above 0; null: all alike
 */
export function epochOrder(count: number, weights: readonly number[] | null, random: Random): Uint32Array {
  if (weights === null) return random.permutation(count);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const offset = random.uniform();
  // In random order: otherwise neighbours in the dataset would be drawn in turns.
  const places = random.permutation(count);
  const drawn = new Uint32Array(count);
  let [end, next] = [0, 0];
  for (const image of places) {
    end += (weights[image]! * count) / sum;
    while (next < count && next + offset < end) drawn[next++] = image;
  }
  // The last weights may add up to a rounding error less than the whole.
  drawn.fill(places.at(-1)!, next);
  return random.permutation(count).map((place) => drawn[place]!);
}
