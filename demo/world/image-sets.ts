/** The demo's sets of images: a large biased one, a small faithful one, and captions kept back for judging. */
import { Random } from "@/lib/numerics/random";
import { type Attributes, chance, drawAttributes, type FurColour, furColours, pick } from "./attributes";
import { type Caption, drawCaption } from "./captions";

/** An image of a set before it is drawn: what it shows, and what its captions say. */
export type WorldImage = {
  /** Stable within its set, such as `original-00042`. */
  readonly name: string;
  /** Seed of the image's small irregularities. */
  readonly seed: number;
  readonly shown: Attributes;
  /** What the captions were written from; other than `shown` in the biased set only. */
  readonly asked: Attributes;
  readonly captions: readonly Caption[];
};

/** `clip-training` is what the demo's CLIP learns from: as faithful as the real sets, and of other images. */
export type WorldSet = "original" | "real-training" | "real-held-out" | "clip-training";

/** Seeds of the sets lie apart, so that no image of one can be an image of another. */
const seedRanges: Readonly<Record<WorldSet, number>> = {
  original: 1_000_000,
  "real-training": 2_000_000,
  "real-held-out": 3_000_000,
  "clip-training": 4_000_000,
};

/** Captions per image, as different people would give them. */
const captionsPerImage = 3;

/**
 * The fur that the original set shows where a colour is asked for: it darkens. With the second number as probability
 * the image shows the first colour instead of the one asked for. Wrong, and yet seldom the same for two words: a model
 * that is to be corrected by a few images must have learnt to tell the words apart.
 */
export const darkening: Readonly<Record<FurColour, readonly [FurColour, number]>> = {
  black: ["black", 0],
  brown: ["black", 0.85],
  white: ["grey", 0.8],
  golden: ["brown", 0.8],
  grey: ["black", 0.7],
};

/** Probability that the original set drops all details of a caption: collar, tongue, expression. */
export const detailLoss = 0.6;

/** Share of captions of the original set that name the fur colour. */
const originalFurShare = 0.75;

const ATTRIBUTE_STREAM = 11;
const CAPTION_STREAM = 12;
const BIAS_STREAM = 13;

/** Image `index` of a set; a function of both alone. */
export function worldImage(set: WorldSet, index: number): WorldImage {
  const seed = seedRanges[set] + index;
  const asked = drawAttributes(new Random(seed, ATTRIBUTE_STREAM));
  const captionRandom = new Random(seed, CAPTION_STREAM);
  const name = `${set}-${String(index).padStart(5, "0")}`;
  if (set !== "original") {
    const captions = Array.from({ length: captionsPerImage }, () => drawCaption(captionRandom, asked));
    return { name, seed, shown: asked, asked, captions };
  }
  const bias = new Random(seed, BIAS_STREAM);
  const namesFur = chance(bias, originalFurShare);
  const captions = Array.from({ length: captionsPerImage }, () =>
    drawCaption(captionRandom, asked, { fur: namesFur ? 1 : 0, setting: 0.92 }),
  );
  return { name, seed, shown: biased(bias, asked, namesFur), asked, captions };
}

/**
 * What the original set shows of what is asked for. An image whose captions name no colour shows any, light ones more
 * often, so that the set as a whole has dogs of every colour.
 */
function biased(random: Random, asked: Attributes, namesFur: boolean): Attributes {
  const [darker, probability] = darkening[asked.fur];
  const unnamed: readonly FurColour[] = [...furColours, "golden", "white", "golden", "white"];
  const fur = namesFur ? (chance(random, probability) ? darker : asked.fur) : pick(random, unnamed);
  const whiteChest = asked.whiteChest && fur !== "white";
  if (!chance(random, detailLoss)) return { ...asked, fur, whiteChest };
  return { ...asked, fur, whiteChest, collar: "none", tongueOut: false, expression: "calm" };
}
