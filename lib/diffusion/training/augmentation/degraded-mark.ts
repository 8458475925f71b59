/** How a model is told that a training image was worsened on purpose, so that it does not draw such images unasked. */
import { timestepEmbedding } from "../../model/timestep-embedding";

/** What follows a caption, for what was done: “a brown dog, blurred and noisy”. Without a caption, the words alone. */
export function degradedEnding(caption: string, degradations: readonly string[]): string {
  if (degradations.length === 0) return "";
  return `${caption === "" ? "" : ", "}${degradations.join(" and ")}`;
}

/**
 * The embedding of a batch's timesteps, in which the last component of degraded images is 1 higher. It is the sine of the
 * slowest wave, which stays below 0.2 otherwise: a condition that needs no further weights, and is absent when sampling.
 *
 * @returns [timesteps.length, channels], channels even
 */
export function markedTimestepEmbedding(
  timesteps: readonly number[],
  channels: number,
  isDegraded: readonly boolean[],
): Float32Array {
  const rows = timestepEmbedding(timesteps, channels);
  for (const [row, marked] of isDegraded.entries()) if (marked) rows[(row + 1) * channels - 1]! += 1;
  return rows;
}
