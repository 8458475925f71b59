/** Strengths of arms from choices among alternatives: what rankings and best-worst answers have in common. */
import { type EstimationMethod, type LogLikelihood, maximise, orWithPrior } from "../numerics/newton";
import { type ArmEstimates, toArmEstimates } from "./arm-estimates";
import { type Observation, observationsToClusters } from "./observation-clusters";
import { ofAllArms } from "./pair-estimates";
import { moveTerms, twoWayJackknife } from "./two-way-jackknife";

/** An alternative's utility: the strength of arm `plus`, less that of arm `minus` where there is one. */
export type Alternative = { readonly plus: number; readonly minus: number | null };

/** One choice out of `alternatives`: the one at index `chosen`. */
export type Choice = Observation & { readonly alternatives: readonly Alternative[]; readonly chosen: number };

export type ChoiceFit = {
  /** Log strengths, relative to the first arm, whose own is 0. */
  readonly estimates: ArmEstimates;
  readonly logLikelihood: number;
  /** As for pairwise models; the prior is one balanced pseudo-comparison per arm in total. */
  readonly method: EstimationMethod;
};

/** Information of a choice between equals on the strength of either. */
const remainder = 0.25;

/**
 * P(chosen) = exp(utility) / Σ exp(utilities) (McFadden's conditional logit, 1974) by maximum likelihood, with the
 * two-way jackknife over captions and raters.
 *
 * @param arms each of which is among the alternatives of some choice
 */
export function fitChoices(choices: readonly Choice[], arms: readonly string[]): ChoiceFit {
  const size = arms.length - 1;
  const zero = new Float64Array(size);
  const likelihood = (prior: readonly { choice: BareChoice; weight: number }[]) =>
    likelihoodOf([...choices.map((choice) => ({ choice, weight: 1 })), ...prior], size);
  const shown = choices.map(({ alternatives }) => [
    ...new Set(alternatives.flatMap(({ plus, minus }) => (minus === null ? [plus] : [plus, minus]))),
  ]);
  const result = orWithPrior(maximise(likelihood([]), zero), () =>
    likelihood(pseudoComparisons(arms.length)),
  );

  const clusters = observationsToClusters(choices);
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  const covariance = twoWayJackknife(
    {
      size,
      informationFactor: result.informationFactor,
      observe(i, into) {
        addChoice(result.parameters, choices[i]!, 1, gradient, information);
        const own = shown[i]!.filter((arm) => arm > 0).map((arm) => arm - 1);
        moveTerms({ size, gradient, information }, own, into);
      },
      // There may be more choices than a call can have arguments.
      widest: shown.reduce((most, { length }) => Math.max(most, length), 0),
      remainder,
    },
    clusters,
  );
  const values = new Float64Array(arms.length);
  values.set(result.parameters, 1);
  return {
    estimates: toArmEstimates(
      arms,
      values,
      ofAllArms(covariance, arms.length),
      clusters,
      (i) => shown[i]!,
      groupsOf(shown, arms.length),
    ),
    logLikelihood: result.logLikelihood,
    method: result.method,
  };
}

/** For every arm the lowest index among the arms that it was compared with, directly or indirectly. */
function groupsOf(shown: readonly (readonly number[])[], armCount: number): number[] {
  const group = Array.from({ length: armCount }, (_, arm) => arm);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const arms of shown) {
      const least = Math.min(...arms.map((arm) => group[arm]!));
      for (const arm of arms) {
        if (group[arm] === least) continue;
        group[arm] = least;
        isChanged = true;
      }
    }
  }
  return group;
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

/**
 * Adds one choice to the derivatives (to the lower triangle of the information) and returns its log likelihood. It only
 * touches the parameters of its own arms.
 */
function addChoice(
  parameters: Float64Array,
  { alternatives, chosen }: BareChoice,
  weight: number,
  gradient: Float64Array,
  information: Float64Array,
): number {
  const size = parameters.length;
  const strength = (arm: number) => (arm === 0 ? 0 : parameters[arm - 1]!);
  const utilities = alternatives.map(
    ({ plus, minus }) => strength(plus) - (minus === null ? 0 : strength(minus)),
  );
  const largest = Math.max(...utilities);
  const weights = utilities.map((utility) => Math.exp(utility - largest));
  const sum = weights.reduce((total, w) => total + w, 0);
  const mean = new Map<number, number>();
  alternatives.forEach((alternative, at) => {
    const p = weights[at]! / sum;
    forEachFeature(alternative, (i, sign) => {
      mean.set(i, (mean.get(i) ?? 0) + sign * p);
      forEachFeature(alternative, (j, otherSign) => {
        if (j <= i) information[i * size + j]! += weight * p * sign * otherSign;
      });
    });
  });
  forEachFeature(alternatives[chosen]!, (i, sign) => {
    gradient[i]! += weight * sign;
  });
  for (const [i, own] of mean) {
    gradient[i]! -= weight * own;
    for (const [j, other] of mean) if (j <= i) information[i * size + j]! -= weight * own * other;
  }
  return weight * (utilities[chosen]! - largest - Math.log(sum));
}

/** Calls back with the parameter index and sign of each arm in an alternative; the first arm has no parameter. */
function forEachFeature({ plus, minus }: Alternative, visit: (index: number, sign: number) => void): void {
  if (plus > 0) visit(plus - 1, 1);
  if (minus !== null && minus > 0) visit(minus - 1, -1);
}
