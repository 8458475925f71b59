/** Estimates with two-way clustered intervals from the influence of each observation. */
import { compactIndices } from "./compact-indices";
import { criticalValue, type TwoWayClusters, toTwoWayClusters, twoWayVariance } from "./two-way-variance";

/** Who judged what: the two things that repeat. */
export type Observation = { readonly caption: string; readonly rater: string };

export type ClusteredEstimate = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
};

/** An arm's estimate with the influence of every observation on it, from which combinations of arms get intervals. */
export type InfluencedEstimate = ClusteredEstimate & {
  readonly arm: string;
  readonly influence: Float64Array;
};

/** The clusters that the captions and raters of observations form. */
export function observationsToClusters(observations: readonly Observation[]): TwoWayClusters {
  const indexOf = (names: readonly string[]) => {
    const indexByName = new Map<string, number>();
    for (const name of names) if (!indexByName.has(name)) indexByName.set(name, indexByName.size);
    return compactIndices(names.map((name) => indexByName.get(name)!));
  };
  const [caption, captionCount] = indexOf(observations.map((observation) => observation.caption));
  const [rater, raterCount] = indexOf(observations.map((observation) => observation.rater));
  return toTwoWayClusters(caption, rater, captionCount, raterCount);
}

/**
 * `value` ± Student's t times the root of the two-way clustered variance. `influence[i]` is by how much
 * observation i moved the value; the influences sum to zero.
 */
export function clusteredEstimate(
  value: number,
  influence: Float64Array,
  clusters: TwoWayClusters,
  coverage: number,
): ClusteredEstimate {
  const standardError = Math.sqrt(twoWayVariance(clusters, influence).total);
  const reach = criticalValue(clusters, coverage) * standardError;
  return { value, low: value - reach, high: value + reach, standardError };
}
