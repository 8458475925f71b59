/** Which captions and raters occur in several votes. */
import { compactIndices } from "./compact-indices";
import type { VoteTable } from "./vote-table";

/** Which repeats an interval takes into account. */
export type ClusterBasis = "caption and rater" | "caption" | "rater" | "vote";

/**
 * For each of N observations the caption, the rater and their combination ("cell") that it belongs to. If there is only
 * one caption and one rater, every observation is a separate cell: nothing else can vary.
 */
export type TwoWayClusters = {
  readonly basis: ClusterBasis;
  readonly captionCount: number;
  readonly raterCount: number;
  readonly cellCount: number;
  readonly caption: Int32Array;
  readonly rater: Int32Array;
  readonly cell: Int32Array;
};

/** The clusters of all votes in a table. */
export function tableToClusters(table: VoteTable): TwoWayClusters {
  return toTwoWayClusters(table.caption, table.rater, table.captions.length, table.raters.length);
}

/** Clusters from one caption index and one rater index per observation. */
export function toTwoWayClusters(
  caption: Int32Array,
  rater: Int32Array,
  captionCount: number,
  raterCount: number,
): TwoWayClusters {
  const basis =
    captionCount > 1 && raterCount > 1
      ? "caption and rater"
      : captionCount > 1
        ? "caption"
        : raterCount > 1
          ? "rater"
          : "vote";
  const key = new Float64Array(caption.length);
  for (let i = 0; i < key.length; i++) key[i] = basis === "vote" ? i : caption[i]! * raterCount + rater[i]!;
  const [cell, cellCount] = compactIndices(key);
  return { basis, captionCount, raterCount, cellCount, caption, rater, cell };
}
