/** The cumulative logit model of graded paired comparisons: strengths of arms from how much better one of two is. */
import { type EstimationMethod, type LogLikelihood, maximise, orWithPrior } from "@/lib/numerics/newton";
import { type ArmEstimates, toArmEstimates } from "@/lib/statistics/arm-estimates";
import { type Observation, observationsToClusters } from "@/lib/statistics/observation-clusters";
import { ofAllArms } from "@/lib/statistics/pair-estimates";
import { moveTerms, twoWayJackknife } from "@/lib/statistics/two-way-jackknife";

/** `grade`: how much better the arm on the right is, a whole number; negative where the left one is better. */
export type GradedComparison = Observation & {
  readonly left: string;
  readonly right: string;
  readonly grade: number;
};

export type GradedFit = {
  /** Log strengths, relative to the first arm, whose own is 0. */
  readonly estimates: ArmEstimates;
  /** Log odds that the left side gains merely by standing there. */
  readonly leftAdvantage: number;
  /** Upper end of the grades up to each magnitude that occurs, ascending; the largest has none. */
  readonly thresholds: readonly number[];
  readonly logLikelihood: number;
  /** As for pairwise models; the prior is one balanced pseudo-comparison per arm in total, spread as the answers are. */
  readonly method: EstimationMethod;
};

/** Of an answer between equals, on the strength of either. */
const remainder = 0.25;
/** Two thresholds, two strengths and the advantage of a side. */
const widest = 5;

/**
 * P(grade ≤ k) = 1 / (1 + exp(η - θ_k)) with η = s_right - s_left - g and thresholds symmetric about 0, θ_(-k-1) = -θ_k
 * (Tutz, Journal of Mathematical Psychology 30, 1986; Agresti, Applied Statistics 41, 1992; g as in Davidson & Beaver,
 * Biometrics 33, 1977). Whatever grades are taken together, strengths mean the same: better or worse alone is Bradley
 * and Terry's model, with "equal" Rao and Kupper's (JASA 62, 1967). Magnitudes that do not occur have no threshold, and
 * without "equal" the two sides meet at 0. With the two-way jackknife over captions and raters.
 *
 * @param comparisons at least one
 * @param arms of which each is in some comparison
 * @param group for every arm the index of its group: arms of different groups were never compared
 */
export function fitGradedPairs(
  comparisons: readonly GradedComparison[],
  arms: readonly string[],
  group: readonly number[],
): GradedFit {
  const armOf = new Map(arms.map((arm, index) => [arm, index]));
  const magnitudes = [...new Set(comparisons.map(({ grade }) => Math.abs(grade)))].sort((a, b) => a - b);
  // Without any preference the prior alone has some.
  if (magnitudes.at(-1) === 0) magnitudes.push(1);
  const layout = new Layout(arms.length, magnitudes);
  const counts = new Map<number, number>();
  const kinds = comparisons.map(({ left, right, grade }) =>
    layout.kindOf(armOf.get(left)!, armOf.get(right)!, grade),
  );
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);

  const shares = magnitudeShares(comparisons, magnitudes);
  const start = layout.start(shares);
  const result = orWithPrior(
    maximise(likelihoodOf(layout, counts), start),
    () => likelihoodOf(layout, withPrior(layout, counts, shares)),
    start,
  );
  const { parameters } = result;

  const clusters = observationsToClusters(comparisons);
  const sums = {
    size: layout.size,
    gradient: new Float64Array(layout.size),
    information: new Float64Array(layout.size ** 2),
  };
  const covariance = twoWayJackknife(
    {
      size: layout.size,
      informationFactor: result.informationFactor,
      observe(i, into) {
        addAnswer(layout, parameters, kinds[i]!, 1, sums.gradient, sums.information);
        moveTerms(sums, layout.parametersOf(kinds[i]!), into);
      },
      kindOf: (i) => kinds[i]!,
      widest,
      remainder,
    },
    clusters,
  );
  const values = new Float64Array(arms.length);
  values.set(parameters.subarray(0, arms.length - 1), 1);
  return {
    estimates: toArmEstimates(
      arms,
      values,
      ofAllArms(covariance, arms.length),
      clusters,
      (i) => [armOf.get(comparisons[i]!.left)!, armOf.get(comparisons[i]!.right)!],
      group,
    ),
    leftAdvantage: parameters[layout.advantage]!,
    thresholds: layout.thresholds(parameters),
    logLikelihood: result.logLikelihood,
    method: result.method,
  };
}

/** What an answer of one kind bears on. θ - η is the same sum over parameters at both ends but for the thresholds. */
type AnswerTerms = {
  readonly parameters: readonly number[];
  /** Coefficients at the upper and the lower end of the grade; null where it has no such end. */
  readonly upper: readonly number[] | null;
  readonly lower: readonly number[] | null;
};

/** Where parameters are: the strengths of all arms but the first, the left side's advantage, the thresholds. */
class Layout {
  readonly size: number;
  readonly advantage: number;
  readonly grades: readonly number[];
  readonly #armCount: number;
  readonly #thresholdCount: number;
  readonly #terms = new Map<number, AnswerTerms>();

  /** @param magnitudes of grades, ascending */
  constructor(armCount: number, magnitudes: readonly number[]) {
    this.grades = [...magnitudes.filter((size) => size > 0).map((size) => -size), ...magnitudes].sort(
      (a, b) => a - b,
    );
    this.#armCount = armCount;
    this.#thresholdCount = magnitudes.length - 1;
    this.advantage = armCount - 1;
    this.size = armCount + this.#thresholdCount;
  }

  /** Number of the kind of answers that show these two arms and have this grade. */
  kindOf(left: number, right: number, grade: number): number {
    return (left * this.#armCount + right) * this.grades.length + this.grades.indexOf(grade);
  }

  /** @param shares of the magnitudes */
  start(shares: readonly number[]): Float64Array {
    const start = new Float64Array(this.size);
    let below = 0;
    for (let k = 0; k < this.#thresholdCount; k++) {
      below += shares[k]!;
      start[this.#armCount + k] = Math.log((1 + below) / (1 - below));
    }
    return start;
  }

  thresholds(parameters: Float64Array): number[] {
    return [...parameters.subarray(this.#armCount)];
  }

  parametersOf(kind: number): readonly number[] {
    return this.termsOf(kind).parameters;
  }

  termsOf(kind: number): AnswerTerms {
    const known = this.#terms.get(kind);
    if (known) return known;
    const grade = kind % this.grades.length;
    const pair = Math.floor(kind / this.grades.length);
    const [left, right] = [Math.floor(pair / this.#armCount), pair % this.#armCount];
    const ends = [grade, grade - 1].map((boundary) => this.#boundary(boundary));
    const parameters = new Set([this.advantage]);
    if (left > 0) parameters.add(left - 1);
    if (right > 0) parameters.add(right - 1);
    for (const end of ends) if (end && end.sign !== 0) parameters.add(end.parameter);
    const own = [...parameters];
    const [upper, lower] = ends.map(
      (end) =>
        end &&
        own.map((parameter) => {
          if (parameter === this.advantage || parameter === left - 1) return 1;
          if (parameter === right - 1) return -1;
          return parameter === end.parameter ? end.sign : 0;
        }),
    );
    const terms = { parameters: own, upper: upper ?? null, lower: lower ?? null };
    this.#terms.set(kind, terms);
    return terms;
  }

  /** The threshold between a grade and the next one, by index; null beyond the ends, sign 0 for the one that is fixed at 0. */
  #boundary(index: number): { parameter: number; sign: number } | null {
    const last = this.grades.length - 2;
    if (index < 0 || index > last) return null;
    const side = Math.sign(2 * index - last);
    const k = Math.max(index, last - index) - Math.ceil((last + 1) / 2);
    return { parameter: this.#armCount + k, sign: side };
  }
}

function magnitudeShares(comparisons: readonly GradedComparison[], magnitudes: readonly number[]): number[] {
  const counts = magnitudes.map(
    // A magnitude that does not occur is the one that is assumed.
    (size) => comparisons.filter(({ grade }) => Math.abs(grade) === size).length || 1,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

function withPrior(
  layout: Layout,
  counts: ReadonlyMap<number, number>,
  shares: readonly number[],
): Map<number, number> {
  const armCount = layout.advantage + 1;
  const padded = new Map(counts);
  const magnitudes = layout.grades.filter((grade) => grade >= 0);
  const weight = 1 / (2 * Math.max(1, armCount - 1));
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      if (left === right) continue;
      magnitudes.forEach((size, index) => {
        const signs = size === 0 ? [1] : [-1, 1];
        for (const sign of signs) {
          const kind = layout.kindOf(left, right, sign * size);
          padded.set(kind, (padded.get(kind) ?? 0) + (weight * shares[index]!) / signs.length);
        }
      });
    }
  }
  return padded;
}

function likelihoodOf(layout: Layout, counts: ReadonlyMap<number, number>): LogLikelihood {
  return {
    size: layout.size,
    derivatives(parameters, gradient, information) {
      let value = 0;
      for (const [kind, count] of counts) {
        value += addAnswer(layout, parameters, kind, count, gradient, information);
      }
      return value;
    },
  };
}

/**
 * Adds `count` answers of a kind to the derivatives (of the information the lower triangle) and returns their log
 * likelihood, which is -Infinity where thresholds are out of order.
 */
function addAnswer(
  layout: Layout,
  values: Float64Array,
  kind: number,
  count: number,
  gradient: Float64Array,
  information: Float64Array,
): number {
  const { parameters, upper, lower } = layout.termsOf(kind);
  const at = (coefficients: readonly number[]) =>
    coefficients.reduce((sum, coefficient, index) => sum + coefficient * values[parameters[index]!]!, 0);
  const u = upper ? at(upper) : Number.POSITIVE_INFINITY;
  const l = lower ? at(lower) : Number.NEGATIVE_INFINITY;
  // In the right half the complements are far from 1, where a difference would lose its digits.
  const p = l > 0 ? logistic(-l) - logistic(-u) : logistic(u) - logistic(l);
  if (!(p > 0)) return Number.NEGATIVE_INFINITY;
  const density = (z: number) => logistic(z) * logistic(-z);
  const slope = (z: number) => density(z) * (logistic(-z) - logistic(z));
  const du = density(u) / p;
  const dl = -density(l) / p;
  const uu = du * du - slope(u) / p;
  const ll = dl * dl + slope(l) / p;
  const ul = du * dl;
  const size = values.length;
  parameters.forEach((row, i) => {
    const [ui, li] = [upper?.[i] ?? 0, lower?.[i] ?? 0];
    gradient[row]! += count * (du * ui + dl * li);
    parameters.forEach((column, j) => {
      if (column > row) return;
      const [uj, lj] = [upper?.[j] ?? 0, lower?.[j] ?? 0];
      information[row * size + column]! += count * (uu * ui * uj + ll * li * lj + ul * (ui * lj + li * uj));
    });
  });
  return count * Math.log(p);
}

function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}
