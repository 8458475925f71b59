/** The power of a planned study as a smooth function of its size, from the variance of its differences. */
import { studentTQuantile } from "../numerics/distributions";
import { choleskyFactor } from "../numerics/linear-system";
import { familywiseError } from "./arm-differences";
import { type ArmEstimates, contrastSpread, differenceOf } from "./arm-estimates";
import { createRandom } from "./random";

/** Mean spread of the estimates of simulated studies of one size. */
export type StudySpread = {
  readonly votesPerItem: number;
  /** V_caption + V_rater - V_cell of the arms' log strengths, A × A. */
  readonly covariance: Float64Array;
  /** Of Student's t behind the difference of the first two arms. */
  readonly degreesOfFreedom: number;
};

/** @param studies estimates of at least one study; the planned pair are its first two arms */
export function meanSpread(studies: readonly ArmEstimates[], votesPerItem: number): StudySpread {
  const size = studies[0]!.arms.length;
  const covariance = new Float64Array(size * size);
  let degrees = 0;
  for (const study of studies) {
    const { caption, rater, cell } = study.covariance;
    for (let at = 0; at < covariance.length; at++) {
      covariance[at]! += (caption[at]! + rater[at]! - cell[at]!) / studies.length;
    }
    // The mean of 1 / f is robust to a study with almost no variance.
    degrees += 1 / contrastSpread(study, differenceOf(0, 1)).degreesOfFreedom / studies.length;
  }
  return { votesPerItem, covariance, degreesOfFreedom: degrees > 0 ? 1 / degrees : 1000 };
}

export type PowerCurve = (votesPerItem: number) => number;

const draws = 3000;

/**
 * How often the difference of the first two arms is separated after Holm's adjustment over all pairs. The variance from captions and
 * raters does not change with the raters per item k, and that from single votes is proportional to 1 / k, so
 * covariances are A + B / k: `few` and `many` determine both. Estimates are assumed to be normal around `logStrength`, their
 * standard errors to be independent of them, with χ² of the same degrees as the t of the intervals. Simulated normal
 * numbers are the same for every k, so the curve is smooth, and a function of its arguments alone.
 *
 * @param logStrength what the model estimates from infinitely many captions and raters
 * @param anchor a spread through which the curve is shifted to pass
 */
export function powerCurve(
  logStrength: Float64Array,
  few: StudySpread,
  many: StudySpread,
  anchor: StudySpread = many,
): PowerCurve {
  const size = logStrength.length;
  const random = createRandom(1);
  const normals = Float64Array.from({ length: draws * size }, () => random.nextNormal());
  const step = 1 / few.votesPerItem - 1 / many.votesPerItem;
  const perVote = few.covariance.map((value, at) => (step === 0 ? 0 : (value - many.covariance[at]!) / step));
  return (votesPerItem) => {
    const more = 1 / votesPerItem - 1 / anchor.votesPerItem;
    const covariance = anchor.covariance.map((value, at) => value + perVote[at]! * more);
    return powerOf(logStrength, covariance, anchor.degreesOfFreedom, normals);
  };
}

function powerOf(
  logStrength: Float64Array,
  covariance: Float64Array,
  degrees: number,
  normals: Float64Array,
): number {
  const size = logStrength.length;
  // The first arm is the reference, so its strength does not vary.
  const free = size - 1;
  const factor = choleskyFactor(
    Float64Array.from({ length: free * free }, (_, at) => {
      const [row, column] = [Math.floor(at / free), at % free];
      const value = covariance[(row + 1) * size + column + 1]!;
      return row === column ? value * (1 + 1e-9) : value;
    }),
    free,
  );
  if (!factor) return 0;
  const pairs: { first: number; second: number; standardError: number }[] = [];
  for (let first = 0; first < size; first++) {
    for (let second = first + 1; second < size; second++) {
      const variance =
        covariance[first * size + first]! +
        covariance[second * size + second]! -
        2 * covariance[first * size + second]!;
      pairs.push({ first, second, standardError: Math.sqrt(Math.max(variance, 1e-12)) });
    }
  }
  const critical = pairs.map((_, rejected) =>
    studentTQuantile(1 - familywiseError / (2 * (pairs.length - rejected)), degrees),
  );
  const values = new Float64Array(size);
  const others = new Float64Array(pairs.length - 1);
  let found = 0;
  for (let draw = 0; draw < normals.length / size; draw++) {
    const z = normals.subarray(draw * size, (draw + 1) * size);
    values[0] = logStrength[0]!;
    for (let arm = 1; arm < size; arm++) {
      values[arm] = logStrength[arm]!;
      for (let k = 0; k < arm; k++) values[arm]! += factor[(arm - 1) * free + k]! * z[k]!;
    }
    // χ² / f by Wilson and Hilferty's cube (PNAS 17, 1931).
    const cube = 1 - 2 / (9 * degrees) + z[size - 1]! * Math.sqrt(2 / (9 * degrees));
    const scale = Math.max(0.05, cube) ** 1.5;
    pairs.forEach(({ first, second, standardError }, index) => {
      if (index > 0) others[index - 1] = Math.abs(values[first]! - values[second]!) / (standardError * scale);
    });
    others.sort();
    let rejected = 0;
    while (rejected < others.length && others[others.length - 1 - rejected]! > critical[rejected]!)
      rejected++;
    if (values[1]! - values[0]! > critical[rejected]! * pairs[0]!.standardError * scale) found++;
  }
  return found / (normals.length / size);
}
