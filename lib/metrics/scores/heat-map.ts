/** The word × patch heat map of an image: its stored form, and where and in which colour its cells are drawn. */
import { z } from "zod";

/**
 * How similar every patch of an image is to every word of its caption. Plain JSON: computed in a worker, stored per
 * image, drawn by the dashboard and by `semblance heat-map` with `heatMapCells`.
 */
export const wordHeatMapSchema = z
  .object({
    /** The caption's words in their order, as written but lower-case; at least one. */
    words: z.array(z.string()).min(1),
    /** Patches per row and per column of the square that CLIP looks at (7 × 7 for ViT-B/32). */
    gridWidth: z.int().positive(),
    gridHeight: z.int().positive(),
    /** Per word the cosine with each patch, row by row from the top left; between -1 and 1. */
    similarity: z.array(z.array(z.number())),
  })
  .refine(
    ({ words, gridWidth, gridHeight, similarity }) =>
      similarity.length === words.length &&
      similarity.every((patches) => patches.length === gridWidth * gridHeight),
    "A heat map has one value per word and patch.",
  );

export type WordHeatMap = z.infer<typeof wordHeatMapSchema>;

/** One patch over the image: where, in fractions of the image's width and height, and how. */
export type HeatMapCell = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** "#rrggbb"; dark is this word's least similar patch, light its most similar one. */
  readonly colour: string;
  /** The cosine. */
  readonly similarity: number;
  /** Whether it is the word's best-matching patch. */
  readonly best: boolean;
};

/**
 * The cells of one word, ready to be drawn over an image. CLIP looks at the centred square of an image, so the
 * cells of one that is not square leave out its ends. Colours span each word's own range: they say where, and
 * `similarity` says how much.
 *
 * @param word the word's place in `map.words`
 * @param image the image's size in any unit
 */
export function heatMapCells(
  map: WordHeatMap,
  word: number,
  image: { readonly width: number; readonly height: number },
): HeatMapCell[] {
  const values = map.similarity[word]!;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const best = bestPatch(map, word);
  const side = Math.min(image.width, image.height);
  const [squareWidth, squareHeight] = [side / image.width, side / image.height];
  const [width, height] = [squareWidth / map.gridWidth, squareHeight / map.gridHeight];
  return values.map((similarity, at) => ({
    x: (1 - squareWidth) / 2 + (at % map.gridWidth) * width,
    y: (1 - squareHeight) / 2 + Math.floor(at / map.gridWidth) * height,
    width,
    height,
    colour: heatColour(high > low ? (similarity - low) / (high - low) : 0),
    similarity,
    best: at === best,
  }));
}

/** The number of the patch that is most similar to a word, the first of equal ones. */
export function bestPatch(map: WordHeatMap, word: number): number {
  const values = map.similarity[word]!;
  return values.indexOf(Math.max(...values));
}

/** Viridis (Smith & van der Walt 2015): evenly lighter towards the end, distinguishable with every kind of colour vision. */
const viridis = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
] as const;

/** The colour of a value between 0 and 1, as "#rrggbb". */
export function heatColour(fraction: number): string {
  const position = Math.min(1, Math.max(0, fraction)) * (viridis.length - 1);
  const below = Math.min(Math.floor(position), viridis.length - 2);
  const [from, to] = [viridis[below]!, viridis[below + 1]!];
  const channels = from.map((value, i) => Math.round(value + (position - below) * (to[i]! - value)));
  return `#${channels.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
