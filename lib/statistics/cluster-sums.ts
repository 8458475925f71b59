/** Sums over clusters, stored so that resampling clusters costs little. */
import type { Random } from "./random";

/** For each of `count` clusters a sparse vector: `amount[at]` at `index[at]` for at in start[k] … start[k + 1] - 1. */
export type ClusterSums = {
  readonly count: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly amount: Float64Array;
};

/**
 * Sums of `amount[i]` by cluster `cluster[i]` in 0 … count - 1 and position `index[i]`. Negative positions are left
 * out; without `amount` everything counts once.
 */
export function toClusterSums(
  cluster: ArrayLike<number>,
  index: ArrayLike<number>,
  count: number,
  amount?: ArrayLike<number>,
): ClusterSums {
  const firstOf = new Int32Array(count + 1);
  for (let i = 0; i < cluster.length; i++) firstOf[cluster[i]! + 1]! += 1;
  for (let k = 0; k < count; k++) firstOf[k + 1]! += firstOf[k]!;
  const next = firstOf.slice();
  const members = new Int32Array(cluster.length);
  for (let i = 0; i < cluster.length; i++) members[next[cluster[i]!]!++] = i;

  const start = new Int32Array(count + 1);
  const indices = new Int32Array(cluster.length);
  const amounts = new Float64Array(cluster.length);
  let length = 0;
  for (let k = 0; k < count; k++) {
    const own = members.subarray(firstOf[k]!, firstOf[k + 1]!).sort((a, b) => index[a]! - index[b]!);
    for (const i of own) {
      if (index[i]! < 0) continue;
      const isNew = length === start[k]! || indices[length - 1] !== index[i];
      if (isNew) indices[length++] = index[i]!;
      amounts[length - 1]! += amount ? amount[i]! : 1;
    }
    start[k + 1] = length;
  }
  return { count, start, index: indices.slice(0, length), amount: amounts.slice(0, length) };
}

/** Adds to `sum` the vectors of as many clusters as there are, drawn with replacement. */
export function addDrawnClusters(sums: ClusterSums, random: Random, sum: Float64Array): void {
  const { count, start, index, amount } = sums;
  // Drawing first and then adding in order reads memory sequentially: several times faster with many small clusters.
  const drawn = new Uint32Array(count);
  for (let draw = 0; draw < count; draw++) drawn[random.nextInt(count)]! += 1;
  for (let k = 0; k < count; k++) {
    const times = drawn[k]!;
    if (times === 0) continue;
    const end = start[k + 1]!;
    for (let at = start[k]!; at < end; at++) sum[index[at]!]! += times * amount[at]!;
  }
}
