/** What a noised CLIP has learned: how often it finds the caption of an image that it has not seen, by amount of noise. */
import type { NoisedClip } from "../../noised-clip/noised-clip";
import { randomFor } from "../random-streams";
import { type ClipPairs, noisyImageFeeds } from "./clip-feeds";
import { fullDiffusion } from "./train-noised-clip";

/** Of the images at timesteps from `from` to below `to`. */
export type RetrievalBand = {
  readonly from: number;
  readonly to: number;
  /** Images whose own caption is the nearest of all that are not also true of them. */
  readonly right: number;
  readonly total: number;
  /** How many would be right if captions were drawn at random, on average. */
  readonly byChance: number;
};

/**
 * Each image is judged once in each band, at a random timestep of it; draws depend on the seed alone.
 *
 * @param pairs images that are not trained on, with their captions
 * @param bands equal parts of the timesteps, the least noisy first
 */
export async function measureRetrieval(
  clip: NoisedClip,
  { images, captions, leftOut }: ClipPairs,
  { bands = 4, seed = 0 }: { readonly bands?: number; readonly seed?: number } = {},
): Promise<RetrievalBand[]> {
  const { options } = clip;
  const diffusion = fullDiffusion(options);
  const texts: Float32Array[] = [];
  for (const caption of captions) texts.push((await clip.embedCaption(clip.tokensOf(caption))).embedding);
  const count = captions.length;
  const size = images.length / count;
  const measured: RetrievalBand[] = [];
  for (let band = 0; band < bands; band++) {
    const [from, to] = [band, band + 1].map((edge) => Math.round((edge * options.n_timesteps) / bands));
    let right = 0;
    let byChance = 0;
    for (let own = 0; own < count; own++) {
      const random = randomFor(seed, "validation", band * count + own);
      const timestep = from! + random.integer(to! - from!);
      const clean = images.subarray(own * size, (own + 1) * size);
      const { image } = noisyImageFeeds(clean, [timestep], { diffusion, random });
      const { embedding } = await clip.judge(image, timestep, texts[own]!);
      const rivals = texts.filter((_, other) => other !== own && leftOut[other * count + own] === 0);
      const cosine = dot(embedding, texts[own]!);
      if (rivals.every((rival) => dot(embedding, rival) < cosine)) right++;
      byChance += 1 / (rivals.length + 1);
    }
    measured.push({ from: from!, to: to!, right, total: count, byChance });
  }
  return measured;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}
