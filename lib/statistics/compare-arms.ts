/** Ratings, differences and ranks from estimates of arms, in the same way for every question type. */
import { type ArmDifference, armDifferences } from "./arm-differences";
import type { ArmEstimates } from "./arm-estimates";
import { type ArmRating, comparedRatings, standaloneRatings } from "./arm-ratings";
import { eloPerLogStrength, meanElo } from "./elo";
import { type RankRange, rankRanges } from "./ranks";
import type { ResampledBounds } from "./resampled-differences";
import { type ShareOfTheWay, sharesOfTheWay, type Way } from "./share-of-the-way";

/** What `rating` is measured on: Elo points with mean 1000, or the points of the question's own scale. */
export type RatingScale = "elo" | "score";

export type ArmComparison = {
  /** By arm; arms that were never judged have none. */
  readonly ratings: ReadonlyMap<string, ArmRating>;
  readonly ranks: ReadonlyMap<string, RankRange>;
  readonly differences: readonly ArmDifference[];
  readonly shareOfTheWay: readonly ShareOfTheWay[];
  readonly warnings: readonly string[];
};

/** Coverage of all intervals; the columns' names (q025, q975) promise it. */
export const coverage = 0.95;

/**
 * @param arms all of the study
 * @param estimates of those that were judged; null where none was
 */
export function compareArms(
  arms: readonly string[],
  estimates: ArmEstimates | null,
  {
    scale,
    way,
    primaryPair,
    resampled,
  }: {
    scale: RatingScale;
    way?: Way | undefined;
    primaryPair?: readonly [string, string] | undefined;
    resampled?: ResampledBounds | null | undefined;
  },
): ArmComparison {
  const unit = scale === "elo" ? eloPerLogStrength : 1;
  const differences = armDifferences(arms, estimates, { coverage, unit, primaryPair, resampled });
  if (estimates === null) {
    return { ratings: new Map(), ranks: new Map(), differences, shareOfTheWay: [], warnings: [] };
  }
  const ratings =
    scale === "elo"
      ? comparedRatings(estimates, { coverage, unit, mean: meanElo })
      : standaloneRatings(estimates, coverage);
  const shares = way ? sharesOfTheWay(estimates, way, coverage) : null;
  return {
    ratings: new Map(estimates.arms.map((arm, index) => [arm, ratings[index]!])),
    ranks: rankRanges(estimates.arms, differences),
    differences,
    shareOfTheWay: shares ?? [],
    warnings: way ? gapWarnings(estimates, way, shares) : [],
  };
}

function gapWarnings(
  { arms }: ArmEstimates,
  { from, to }: Way,
  shares: readonly ShareOfTheWay[] | null,
): string[] {
  if (shares?.some(({ low }) => low === null)) {
    return [
      `"${from}" and "${to}" are not separated. There may be no gap between them, so the gap closed by an arm is not given.`,
    ];
  }
  if (shares !== null) return [];
  const missing = [from, to].find((arm) => !arms.includes(arm));
  return [
    missing === undefined
      ? `No answers compare "${from}" and "${to}", so there is no gap between them to close.`
      : `"${missing}" was never judged, so there is no gap from "${from}" to "${to}" to close.`,
  ];
}
