/** Which values share memory: those that are never needed at the same time. */
import { elementCount } from "../graph/tensor-type";
import type { Program } from "./dispatch";
import { isScratch, type Stored } from "./lowering";

export type MemoryPlan = {
  /** The sizes of the pieces of memory. */
  readonly sizesBytes: readonly number[];
  /** Which piece holds a value. */
  readonly pieceOf: ReadonlyMap<Stored, number>;
};

type Life = { readonly value: Stored; readonly bytes: number; readonly first: number; last: number };

/**
 * Gives every computed value a piece of memory for its life, from the dispatch that first writes it to the one that
 * last reads it. Large values choose first, and each takes the smallest piece that is free (Pisarchyk & Lee 2020,
 * "greedy by size" over shared objects). Outputs live to the end.
 *
 * @param elsewhere values that have memory of their own, besides those that are given
 */
export function planMemory(
  { dispatches, outputs, given, halves }: Program,
  elsewhere: { has(value: Stored): boolean } = new Set(),
): MemoryPlan {
  const lives = new Map<Stored, Life>();
  for (const [time, { reads, writes }] of dispatches.entries()) {
    for (const value of [...reads, ...writes]) {
      if (elsewhere.has(value) || (!isScratch(value) && given.has(value))) continue;
      const life = lives.get(value);
      if (life) life.last = time;
      else lives.set(value, { value, bytes: bytesOf(value, halves), first: time, last: time });
    }
  }
  for (const tensor of outputs.values()) {
    const life = lives.get(tensor);
    if (life) life.last = dispatches.length;
  }
  const pieces: { bytes: number; lives: Life[] }[] = [];
  const pieceOf = new Map<Stored, number>();
  for (const life of [...lives.values()].sort((a, b) => b.bytes - a.bytes)) {
    let best = -1;
    for (const [index, { bytes, lives: others }] of pieces.entries()) {
      const isFree = others.every(({ first, last }) => last < life.first || life.last < first);
      if (isFree && (best < 0 || bytes < pieces[best]!.bytes)) best = index;
    }
    if (best < 0) best = pieces.push({ bytes: life.bytes, lives: [] }) - 1;
    pieces[best]!.lives.push(life);
    pieceOf.set(life.value, best);
  }
  return { sizesBytes: pieces.map(({ bytes }) => bytes), pieceOf };
}

/** A word of four bytes holds one value or two halves. */
export function bytesOf(value: Stored, halves: ReadonlySet<Stored>): number {
  const values = isScratch(value) ? value.scratch : elementCount(value.shape);
  return 4 * (halves.has(value) ? Math.ceil(values / 2) : values);
}
