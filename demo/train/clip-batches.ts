/** What each step of the demo's CLIP learns from: images moved a little, and captions written again. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import { decodeImage } from "@/lib/images/decode-image";
import { demoClipSizePx } from "@/lib/metrics/extractors/demo-clip-network";
import type { DemoClipVocabulary } from "@/lib/metrics/extractors/demo-clip-vocabulary";
import { Random } from "@/lib/numerics/random";
import { type Attributes, chance } from "../world/attributes";
import { type Caption, drawCaption } from "../world/captions";
import type { WorldImage } from "../world/image-sets";
import { attributeChoices, type ClipRecipe } from "./clip-recipe";

const ORDER_STREAM = 1;
const FIRST_STEP_STREAM = 1000;

const attributeNames = Object.keys(attributeChoices) as (keyof Attributes)[];

export class ClipBatches {
  private readonly images: readonly WorldImage[];
  /** [64, 64, 3] RGB each. */
  private readonly pixels: readonly Uint8Array[];
  private readonly vocabulary: DemoClipVocabulary;
  private readonly recipe: ClipRecipe;
  private order: { readonly epoch: number; readonly indices: Uint32Array } | null = null;

  private constructor(
    images: readonly WorldImage[],
    pixels: readonly Uint8Array[],
    { vocabulary, recipe }: { vocabulary: DemoClipVocabulary; recipe: ClipRecipe },
  ) {
    this.images = images;
    this.pixels = pixels;
    this.vocabulary = vocabulary;
    this.recipe = recipe;
  }

  /** Reads all images into memory: 12 KB each. */
  static async open(
    files: readonly { readonly path: string; readonly image: WorldImage }[],
    options: { readonly vocabulary: DemoClipVocabulary; readonly recipe: ClipRecipe },
  ): Promise<ClipBatches> {
    const pixels: Uint8Array[] = [];
    for (const { path } of files) pixels.push((await decodeImage(path)).data);
    return new ClipBatches(
      files.map(({ image }) => image),
      pixels,
      options,
    );
  }

  /** The inputs of step `step` (from 0): a function of the seed and the step alone, so that a run can be continued. */
  batch(step: number): Record<string, TensorData> {
    const { images, pixels, vocabulary } = this;
    const { batchSize, seed, captionShares, hiddenWords, shiftPx } = this.recipe;
    const random = new Random(seed, FIRST_STEP_STREAM + step);
    const chosen = Array.from({ length: batchSize }, (_, place) => this.imageAt(step * batchSize + place));
    const captions = chosen.map((index) => drawCaption(random, images[index]!.shown, captionShares));
    const { words, mask } = vocabulary.encode(captions.map(({ text }) => text));
    for (let at = 0; at < words.length; at++) if (chance(random, hiddenWords)) words[at] = 0n;
    const planes = new Float32Array(batchSize * 3 * demoClipSizePx ** 2);
    for (const [place, index] of chosen.entries())
      writeMoved(planes, place, pixels[index]!, { shiftPx, random });
    const shown = chosen.map((index) => images[index]!.shown);
    return {
      images: planes,
      words,
      mask,
      also_true: alsoTrue(captions, shown),
      shown: Float32Array.from(shown.flatMap(answersOf)),
    };
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

/** One number per answer of every attribute: 1 for the one that is so. */
function answersOf(attributes: Attributes): number[] {
  return attributeNames.flatMap((name) =>
    attributeChoices[name].map((choice) => Number(choice === attributes[name])),
  );
}

/** Mirrored or not, moved by some pixels; what comes in from outside repeats the edge. */
function writeMoved(
  planes: Float32Array,
  place: number,
  pixels: Uint8Array,
  { shiftPx, random }: { shiftPx: number; random: Random },
): void {
  const size = demoClipSizePx;
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
