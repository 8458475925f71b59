/** Which pairs of arms are compared for one caption: all of them, or few enough to keep studies of many arms short. */

export type ArmPair = readonly [first: number, second: number];

/** How many pairs `armPairs` gives. */
export function armPairCount(armCount: number, opponents: number | null): number {
  return (armCount * metOpponents(armCount, opponents)) / 2;
}

/**
 * All pairs of arms, or with `opponents` the same number for every arm: with the arms in the circle `order`,
 * each meets its nearest neighbours on both sides, and for an odd number also the one opposite. Two opponents or more link
 * all arms within one caption; different orders for different captions let every two arms meet.
 *
 * @param order the arms 0 to n - 1, in any order
 * @param opponents per arm, at least 1; null: all others. One more is used if both it and the number of arms are odd, since
 *   no such pairs exist then
 * @returns pairs with first < second, in ascending order
 */
export function armPairs(order: readonly number[], opponents: number | null): ArmPair[] {
  const count = order.length;
  const met = metOpponents(count, opponents);
  const distances = Array.from({ length: Math.floor(met / 2) }, (_, index) => index + 1);
  const pairs = distances.flatMap((distance) =>
    order.map((arm, place) => inOrder(arm, order[(place + distance) % count]!)),
  );
  if (met % 2 === 1) {
    for (let place = 0; place < count / 2; place++)
      pairs.push(inOrder(order[place]!, order[place + count / 2]!));
  }
  return pairs.sort(([a, b], [c, d]) => a - c || b - d);
}

function metOpponents(armCount: number, opponents: number | null): number {
  if (opponents === null || opponents >= armCount - 1) return armCount - 1;
  return opponents % 2 === 1 && armCount % 2 === 1 ? opponents + 1 : opponents;
}

function inOrder(a: number, b: number): ArmPair {
  return a < b ? [a, b] : [b, a];
}
