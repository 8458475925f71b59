/** Images of the world with captions that belong to them, for networks that learn which belong together. */
import { decodeImage } from "@/lib/images/decode-image";
import { Random } from "@/lib/numerics/random";
import { type Attributes, chance } from "../world/attributes";
import { type Caption, drawCaption } from "../world/captions";
import type { WorldImage } from "../world/image-sets";

const ORDER_STREAM = 1;
const FIRST_STEP_STREAM = 1000;

/** Side of the images. */
const sizePx = 64;

export type PairsRecipe = {
  readonly seed: number;
  readonly batchSize: number;
  /** Pixels by which images are moved at most, at random. */
  readonly shiftPx: number;
  /** Shares of captions that name them; the world's own captions leave them out more often. */
  readonly captionShares: { readonly fur: number; readonly setting: number };
};

/** Of one step; `images` [batch, 3, 64, 64] from -1 to 1. */
export type Pairs = {
  readonly images: Float32Array;
  readonly captions: readonly Caption[];
  readonly shown: readonly Attributes[];
};

export class WorldPairs {
  private readonly images: readonly WorldImage[];
  /** [64, 64, 3] RGB each. */
  private readonly pixels: readonly Uint8Array[];
  private readonly recipe: PairsRecipe;
  private order: { readonly epoch: number; readonly indices: Uint32Array } | null = null;

  private constructor(images: readonly WorldImage[], pixels: readonly Uint8Array[], recipe: PairsRecipe) {
    this.images = images;
    this.pixels = pixels;
    this.recipe = recipe;
  }

  /** Reads all images into memory: 12 KB each. */
  static async open(
    files: readonly { readonly path: string; readonly image: WorldImage }[],
    recipe: PairsRecipe,
  ): Promise<WorldPairs> {
    const pixels: Uint8Array[] = [];
    for (const { path } of files) pixels.push((await decodeImage(path)).data);
    return new WorldPairs(
      files.map(({ image }) => image),
      pixels,
      recipe,
    );
  }

  /** Images moved a little, and captions written again. A function of the seed and the step (from 0) alone. */
  pairs(step: number): Pairs {
    const { batchSize, seed, captionShares, shiftPx } = this.recipe;
    const random = new Random(seed, FIRST_STEP_STREAM + step);
    const chosen = Array.from({ length: batchSize }, (_, place) => this.imageAt(step * batchSize + place));
    const shown = chosen.map((index) => this.images[index]!.shown);
    const captions = shown.map((attributes) => drawCaption(random, attributes, captionShares));
    const images = new Float32Array(batchSize * 3 * sizePx ** 2);
    for (const [place, index] of chosen.entries())
      writeMoved(images, place, this.pixels[index]!, { shiftPx, random });
    return { images, captions, shown };
  }

  /** Every epoch has each image once, in its own order. */
  private imageAt(drawn: number): number {
    const epoch = Math.floor(drawn / this.images.length);
    if (this.order?.epoch !== epoch) {
      const random = new Random(this.recipe.seed + epoch, ORDER_STREAM);
      this.order = { epoch, indices: random.permutation(this.images.length) };
    }
    return this.order.indices[drawn % this.images.length]!;
  }
}

/** 1 where a caption (row) says nothing of another's image (column) that is not so. */
export function alsoTrue(captions: readonly Caption[], shown: readonly Attributes[]): Float32Array {
  const truths = new Float32Array(captions.length ** 2);
  for (const [row, { named }] of captions.entries()) {
    for (const [column, other] of shown.entries()) {
      if (row === column) continue;
      const isTrue = [...named].every((attribute) => shown[row]![attribute] === other[attribute]);
      truths[row * captions.length + column] = Number(isTrue);
    }
  }
  return truths;
}

/** Mirrored or not, moved by some pixels; what comes in from outside repeats the edge. */
function writeMoved(
  planes: Float32Array,
  place: number,
  pixels: Uint8Array,
  { shiftPx, random }: { shiftPx: number; random: Random },
): void {
  const size = sizePx;
  const mirrored = chance(random, 0.5);
  const reach = 2 * shiftPx + 1;
  const across = random.integer(reach) - shiftPx;
  const down = random.integer(reach) - shiftPx;
  const within = (at: number) => Math.min(size - 1, Math.max(0, at));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const column = within((mirrored ? size - 1 - x : x) + across);
      const from = (within(y + down) * size + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        planes[((place * 3 + channel) * size + y) * size + x] = pixels[from + channel]! / 127.5 - 1;
      }
    }
  }
}
