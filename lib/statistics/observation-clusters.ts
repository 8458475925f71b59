/** Observations, and the clusters that their captions and raters form. */
import { compactIndices } from "./compact-indices";
import { type TwoWayClusters, toTwoWayClusters } from "./two-way-clusters";

/** Who judged what: the two things that repeat. */
export type Observation = { readonly caption: string; readonly rater: string };

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
