/** Where many arrays lie in a few long ones, so that what treats all of them alike is a few dispatches. */
import type { Dispatch } from "./dispatch";

/** An array's place, counted in values. */
export type FlatPlace = { readonly piece: number; readonly offset: number; readonly length: number };

export type FlatLayout = {
  /** Of each array, in their order. */
  readonly places: readonly FlatPlace[];
  /** How many values each piece has, gaps included; a multiple of 64. */
  readonly lengths: readonly number[];
};

/** Where a binding may begin on every adapter: at a multiple of 256 bytes. */
const alignment = 64;

/** Buffers longer than 1 GiB are hard to find room for. */
const mostBytesOfPiece = 2 ** 30;

/**
 * Gives every array a place in the first piece that has room for it and holds none that it must be apart from. An array
 * longer than any piece may be gets one of its own.
 *
 * @param areApart whether two arrays, by their numbers, may not lie in one piece
 */
export function layOut(
  lengths: readonly number[],
  mostBytesOfBinding: number,
  areApart: (one: number, other: number) => boolean,
): FlatLayout {
  const most = Math.min(mostBytesOfPiece, mostBytesOfBinding) / 4;
  const pieces: { length: number; members: number[] }[] = [];
  const places = lengths.map((length, index): FlatPlace => {
    const room = Math.ceil(length / alignment) * alignment;
    let piece = pieces.findIndex(
      ({ length: taken, members }) =>
        taken + room <= most && !members.some((member) => areApart(member, index)),
    );
    if (piece < 0) piece = pieces.push({ length: 0, members: [] }) - 1;
    const offset = pieces[piece]!.length;
    pieces[piece]!.length += room;
    pieces[piece]!.members.push(index);
    return { piece, offset, length };
  });
  return { places, lengths: pieces.map(({ length }) => length) };
}

/** Which values some dispatch reads while it writes the other: it cannot bind one buffer for both. */
export function readWhileWriting(
  dispatches: readonly Pick<Dispatch, "reads" | "writes">[],
  values: readonly unknown[],
): (one: number, other: number) => boolean {
  const numberOf = new Map(values.map((value, index) => [value, index]));
  const pairs = new Set<string>();
  for (const { reads, writes } of dispatches) {
    const [read, written] = [reads, writes].map((all) =>
      all.flatMap((value) => numberOf.get(value) ?? []),
    ) as [number[], number[]];
    for (const one of read) {
      for (const other of written) pairs.add(`${Math.min(one, other)} ${Math.max(one, other)}`);
    }
  }
  return (one, other) => pairs.has(`${Math.min(one, other)} ${Math.max(one, other)}`);
}
