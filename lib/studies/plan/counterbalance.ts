/** Where the images of regular items are on each rater's screen: every place and every neighbour equally often. */
import { createHash } from "node:crypto";
import type { PlannedItem, PlannedSeat } from "./planned-item";

/**
 * Williams' design (E. J. Williams, Australian Journal of Scientific Research A 2, 1949): orders of `count` things in which
 * each is in every place equally often, and next to the right of every other equally often. `count` orders where it
 * is even, twice as many where it is odd; an order and its mirror image follow each other there, so that every second
 * order makes a Latin square.
 */
export function williamsDesign(count: number): number[][] {
  if (count === 1) return [[0]];
  // 0, 1, n-1, 2, n-2, …: all differences of neighbours are different.
  const zigzag = Array.from({ length: count }, (_, i) =>
    i % 2 === 1 ? (i + 1) / 2 : (count - i / 2) % count,
  );
  const square = zigzag.map((_, row) => zigzag.map((thing) => (thing + row) % count));
  return count % 2 === 0 ? square : square.flatMap((order) => [order, order.toReversed()]);
}

/**
 * One seat for each of the `ratersPerItem` people of every item, in the order of `items`.
 *
 * Items about the same arms are taken in random order and share out the rows of Williams' design. Among them every row
 * is used equally often to within one, in each round and over all rounds; within an item no row comes twice before all
 * came. So for a pair each arm is on the left as often as on the right to within one over all its items, also where an odd number of
 * people answer each. Which arm is which in the design is drawn again for every stretch of items that uses all rows.
 */
export function planSeats(
  items: readonly PlannedItem[],
  ratersPerItem: number,
  seed: number,
): PlannedSeat[][] {
  const keyOf = ({ criterionId, captionId, contest }: PlannedItem) =>
    `${seed} ${criterionId} ${captionId} ${contest}`;
  const groups = new Map<string, number[]>();
  items.forEach(({ criterionId, contest }, index) => {
    const key = `${criterionId} ${contest}`;
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  });
  const seats = items.map((item) =>
    Array.from({ length: ratersPerItem }, (_, round) => ({
      round,
      shuffle: hashToInteger(`${keyOf(item)} ${round}`),
      placement: [] as number[],
    })),
  );
  for (const [groupKey, group] of groups) {
    const count = items[group[0]!]!.images.length;
    const design = williamsDesign(count);
    const shifts = roundShifts(ratersPerItem, design.length);
    const order = group
      .map((index) => ({ index, hash: hashToInteger(keyOf(items[index]!)) }))
      .sort((a, b) => a.hash - b.hash || a.index - b.index);
    order.forEach(({ index }, number) => {
      const names = shuffleByKey(count, `${seed} ${groupKey} ${Math.floor(number / design.length)}`);
      for (const seat of seats[index]!) {
        const row = design[(number + shifts[seat.round]!) % design.length]!;
        seat.placement = row.map((thing) => names[thing]!);
      }
    });
  }
  return seats;
}

/**
 * By how many rows each round is ahead of the first: all rows in turn, and the last rounds, too few for all, evenly
 * spaced. Evenly spaced shifts cover a rest of items that is shorter than the design equally often to within one.
 */
function roundShifts(rounds: number, rows: number): number[] {
  const rest = rounds % rows;
  return Array.from({ length: rounds }, (_, round) =>
    round < rounds - rest ? round % rows : Math.floor(((round - (rounds - rest)) * rows) / rest),
  );
}

/** 0 to count - 1 in an order that depends on `key` alone. */
export function shuffleByKey(count: number, key: string): number[] {
  return Array.from({ length: count }, (_, index) => ({ index, hash: hashToInteger(`${key} ${index}`) }))
    .sort((a, b) => a.hash - b.hash || a.index - b.index)
    .map(({ index }) => index);
}

/** Uniform over 0 to 2³¹ - 1, a function of the text. */
function hashToInteger(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) >>> 1;
}
