/** How a large sum of products is shared out among workgroups and threads. */

import type { Tile, Tuning } from "../../graph/tuning";
import { usualThreads } from "./shader-text";

export type { Tile, Tuning };

/** For cards. The rates of these tiles are what bench/graphics-card.ts measures. */
export const cardTuning: Tuning = {
  tiles: [
    { rows: 128, columns: 128, depth: 8, rowsPerThread: 8, columnsPerThread: 8 },
    { rows: 128, columns: 64, depth: 16, rowsPerThread: 8, columnsPerThread: 8 },
    { rows: 64, columns: 64, depth: 16, rowsPerThread: 8, columnsPerThread: 8 },
    { rows: 64, columns: 64, depth: 16, rowsPerThread: 8, columnsPerThread: 4 },
    { rows: 32, columns: 32, depth: 16, rowsPerThread: 4, columnsPerThread: 4 },
  ],
  threads: 32_768,
  threadsOfRow: usualThreads,
  attentionBlock: 32,
};

/** For drivers in software, which take seconds to compile a large tile, and milliseconds for many threads to meet. */
export const softwareTuning: Tuning = {
  tiles: [{ rows: 16, columns: 16, depth: 16, rowsPerThread: 4, columnsPerThread: 4 }],
  threads: 64,
  threadsOfRow: 8,
  attentionBlock: 16,
};

export function tileThreads({ rows, columns, rowsPerThread, columnsPerThread }: Tile): number {
  return (rows / rowsPerThread) * (columns / columnsPerThread);
}

/** The sizes of `batch` products of [rows, terms] and [terms, columns]. */
export type ProductSize = {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
};

/** A tile, and into how many slices the sums are split, to be added up at the end. */
export type Tiling = { readonly tile: Tile; readonly slices: number };

const possibleSlices = [1, 2, 4, 8, 16, 32];
const leastTermsOfSlice = 64;

/**
 * The tiling of the least estimated time. A rough model: threads beyond the card's wait for their turn; a term costs a
 * thread its products, and their share of what is fetched from the card's memory and from the workgroup's.
 */
export function planTiling(size: ProductSize, { tiles, threads }: Tuning): Tiling {
  const { batch, rows, columns, terms } = size;
  const timeOf = ({ tile, slices }: Tiling) => {
    const workgroups = Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns) * batch * slices;
    const turns = Math.ceil((workgroups * tileThreads(tile)) / threads);
    const fetches = 8 / tile.rows + 8 / tile.columns + 2 / tile.rowsPerThread + 2 / tile.columnsPerThread;
    const products = (tile.rowsPerThread * tile.columnsPerThread * terms) / slices;
    const adding = slices === 1 ? 0 : (8 * batch * rows * columns * (slices + 1)) / threads;
    return turns * products * (1 + fetches) + adding;
  };
  const usable = possibleSlices.filter((slices) => slices === 1 || terms / slices >= leastTermsOfSlice);
  const tilings = tiles.flatMap((tile) => usable.map((slices) => ({ tile, slices })));
  return tilings.reduce((best, tiling) => (timeOf(tiling) < timeOf(best) ? tiling : best));
}
