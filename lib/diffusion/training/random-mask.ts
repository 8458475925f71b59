/** Which part of a training image is erased, so that a model learns to complete it. */
import type { Random } from "@/lib/numerics/random";

/** Beyond this share nothing is kept: the model also learns to draw whole images. */
const WHOLE_FROM = 0.9;

/**
 * A mask [sizePx · sizePx], 1 where the image is kept: rectangles and discs are erased until their area reaches a share
 * that is uniform between `erasedAreaMin` and 1.
 *
 * Source: Nichol et al. 2021 (arXiv 2112.10741), section 3.2, erases random regions.
 */
export function drawMask(sizePx: number, random: Random, erasedAreaMin: number): Float32Array {
  const share = erasedAreaMin + (1 - erasedAreaMin) * random.uniform();
  const mask = new Float32Array(sizePx ** 2);
  if (share >= WHOLE_FROM) return mask;
  mask.fill(1);
  let erased = 0;
  while (erased < share * mask.length) erased += erasePiece(mask, sizePx, random);
  return mask;
}

/** @returns positions that were kept before */
function erasePiece(mask: Float32Array, sizePx: number, random: Random): number {
  const isDisc = random.integer(2) === 1;
  const [width, height] = [0, 0].map(() => sizePx * (0.1 + 0.5 * random.uniform())) as [number, number];
  const [x, y] = [random.uniform() * sizePx, random.uniform() * sizePx];
  let erased = 0;
  for (let at = 0; at < mask.length; at++) {
    const across = (2 * ((at % sizePx) + 0.5 - x)) / width;
    const down = (2 * (Math.floor(at / sizePx) + 0.5 - y)) / height;
    const isInside = isDisc ? across ** 2 + down ** 2 <= 1 : Math.abs(across) <= 1 && Math.abs(down) <= 1;
    if (isInside && mask[at] === 1) {
      mask[at] = 0;
      erased++;
    }
  }
  return erased;
}
