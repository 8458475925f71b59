/** Strengths of arms from choices among alternatives: what rankings and best-worst answers have in common. */
import {
  type ClusteredEstimate,
  clusteredEstimate,
  type InfluencedEstimate,
  type Observation,
  observationsToClusters,
} from "./clustered-estimates";
import { solveCholesky } from "./linear-system";
import { type LogLikelihood, maximise } from "./newton";
import type { TwoWayClusters } from "./two-way-variance";

/** An alternative's utility: the strength of arm `plus`, less that of arm `minus` where there is one. */
export type Alternative = { readonly plus: number; readonly minus: number | null };

/** One choice out of `alternatives`: the one at index `chosen`. */
export type Choice = Observation & { readonly alternatives: readonly Alternative[]; readonly chosen: number };

export type ChoiceFit = {
  /** Log strength by arm relative to the first, which has 0 and no spread. */
  readonly strengths: readonly InfluencedEstimate[];
  /** Log strength by arm relative to the mean of all arms. */
  readonly centred: readonly (ClusteredEstimate & { readonly arm: string })[];
  /** Of the choices, in their order, as `influence` is. */
  readonly clusters: TwoWayClusters;
  readonly logLikelihood: number;
  /** As for pairwise models; the prior is one balanced pseudo-comparison per arm in total. */
  readonly method: "maximum-likelihood" | "weak-prior";
};

/**
 * P(chosen) = exp(utility) / Σ exp(utilities) (McFadden's conditional logit, 1974) by maximum likelihood, with
 * intervals over captions and raters from the clustered sandwich variance.
 */
export function fitChoices(choices: readonly Choice[], arms: readonly string[], coverage: number): ChoiceFit {
  const size = arms.length - 1;
  const zero = new Float64Array(size);
  const exact = maximise(
    likelihoodOf(
      choices.map((choice) => ({ choice, weight: 1 })),
      size,
    ),
    zero,
  );
  const result =
    exact ??
    maximise(
      likelihoodOf(
        [...choices.map((choice) => ({ choice, weight: 1 })), ...pseudoComparisons(arms.length)],
        size,
      ),
      zero,
    );
  if (!result) throw new Error("The likelihood with the weak prior has no maximum, which cannot be.");

  const clusters = observationsToClusters(choices);
  const scores = choices.map((choice) => {
    const gradient = new Float64Array(size);
    addChoice(result.parameters, choice, 1, gradient);
    return gradient;
  });
  const estimate = (contrast: Float64Array): Omit<InfluencedEstimate, "arm"> => {
    const direction = solveCholesky(result.informationFactor, contrast, size);
    const influence = Float64Array.from(scores, (score) =>
      score.reduce((sum, value, p) => sum + value * direction[p]!, 0),
    );
    const value = result.parameters.reduce((sum, parameter, p) => sum + parameter * contrast[p]!, 0);
    return { ...clusteredEstimate(value, influence, clusters, coverage), influence };
  };
  const contrastOf = (a: number, baseline: number) => {
    const contrast = new Float64Array(size).fill(-baseline);
    if (a > 0) contrast[a - 1]! += 1;
    return contrast;
  };
  return {
    strengths: arms.map((arm, a) => ({ arm, ...estimate(contrastOf(a, 0)) })),
    centred: arms.map((arm, a) => ({ arm, ...estimate(contrastOf(a, 1 / arms.length)) })),
    clusters,
    logLikelihood: result.logLikelihood,
    method: exact ? "maximum-likelihood" : "weak-prior",
  };
}

type BareChoice = Pick<Choice, "alternatives" | "chosen">;

function pseudoComparisons(armCount: number): { choice: BareChoice; weight: number }[] {
  const weight = 1 / (2 * Math.max(1, armCount - 1));
  const comparisons: { choice: BareChoice; weight: number }[] = [];
  for (let first = 0; first < armCount; first++) {
    for (let second = first + 1; second < armCount; second++) {
      const alternatives = [first, second].map((plus) => ({ plus, minus: null }));
      comparisons.push(
        { choice: { alternatives, chosen: 0 }, weight },
        { choice: { alternatives, chosen: 1 }, weight },
      );
    }
  }
  return comparisons;
}

function likelihoodOf(
  weighted: readonly { choice: BareChoice; weight: number }[],
  size: number,
): LogLikelihood {
  return {
    size,
    derivatives(parameters, gradient, information) {
      let value = 0;
      for (const { choice, weight } of weighted) {
        value += addChoice(parameters, choice, weight, gradient, information);
      }
      return value;
    },
  };
}

/** Adds one choice to the derivatives and returns its log likelihood. */
function addChoice(
  parameters: Float64Array,
  { alternatives, chosen }: BareChoice,
  weight: number,
  gradient: Float64Array,
  information?: Float64Array,
): number {
  const size = parameters.length;
  const strength = (arm: number) => (arm === 0 ? 0 : parameters[arm - 1]!);
  const utilities = alternatives.map(
    ({ plus, minus }) => strength(plus) - (minus === null ? 0 : strength(minus)),
  );
  const largest = Math.max(...utilities);
  const weights = utilities.map((utility) => Math.exp(utility - largest));
  const sum = weights.reduce((total, w) => total + w, 0);
  const mean = new Float64Array(size);
  alternatives.forEach((alternative, at) => {
    const p = weights[at]! / sum;
    forEachFeature(alternative, (i, sign) => {
      mean[i]! += sign * p;
      if (!information) return;
      forEachFeature(alternative, (j, otherSign) => {
        if (j <= i) information[i * size + j]! += weight * p * sign * otherSign;
      });
    });
  });
  forEachFeature(alternatives[chosen]!, (i, sign) => {
    gradient[i]! += weight * sign;
  });
  for (let i = 0; i < size; i++) {
    gradient[i]! -= weight * mean[i]!;
    if (information) for (let j = 0; j <= i; j++) information[i * size + j]! -= weight * mean[i]! * mean[j]!;
  }
  return weight * (utilities[chosen]! - largest - Math.log(sum));
}

/** Calls back with the parameter index and sign of each arm in an alternative; the first arm has no parameter. */
function forEachFeature({ plus, minus }: Alternative, visit: (index: number, sign: number) => void): void {
  if (plus > 0) visit(plus - 1, 1);
  if (minus !== null && minus > 0) visit(minus - 1, -1);
}
