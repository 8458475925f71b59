/** What Bradley–Terry and Davidson have in common: strengths of arms from counts of ordered pairs. */
import {
  type EstimationMethod,
  type LogLikelihood,
  maximise,
  type NewtonResult,
  orWithPrior,
} from "../numerics/newton";
import { type PairCounts, withWeakPrior } from "./pair-counts";
import type { ObservedTerms } from "./two-way-jackknife";

/** Parameters on their natural scale. */
export type PairwiseParameters = {
  /** Log strength per arm, relative to the first arm (whose own is 0). */
  readonly logStrength: Float64Array;
  /** Log odds that an image gains by being on the left; 0 in models without it. */
  readonly leftAdvantage: number;
  /** Davidson's ν ≥ 0, which governs how frequent ties are; 0 in models without it. */
  readonly tieParameter: number;
};

export type PairwiseFit = PairwiseParameters & {
  readonly logLikelihood: number;
  /**
   * "maximum-likelihood", or "weak-prior" where the maximum is not finite (an arm won or lost everything, or arms
   * were never compared): `withWeakPrior` has then been added, and distances mean little beyond the order.
   */
  readonly method: EstimationMethod;
  /** The coordinates in which the likelihood was maximised; layout is the model's own. */
  readonly free: Float64Array;
  /** Lower Cholesky factor of the observed information in the free coordinates. */
  readonly informationFactor: Float64Array;
};

export type PairwiseModel = {
  readonly name: "davidson" | "bradley-terry";
  /** Fits by maximum likelihood; `start` (an earlier fit to similar counts) only makes it faster. */
  fit(counts: PairCounts, start?: PairwiseFit): PairwiseFit;
  /** The likelihood of counts in the free coordinates, without any prior. */
  likelihoodOf: LikelihoodOf;
  /** Free coordinates to parameters, for any coordinates near those of a fit to the same arms. */
  toParameters(free: Float64Array, armCount: number): PairwiseParameters;
  /**
   * Derivative of one vote's log likelihood along `direction` (of the free coordinates), for every vote type:
   * of length armCount² · 3.
   */
  scoresAlong(fit: PairwiseFit, direction: Float64Array): Float64Array;
  /** What one vote contributes; it depends on at most four of the free coordinates. */
  observe(fit: PairwiseFit, left: number, right: number, outcome: number, into: ObservedTerms): void;
};

/** The likelihood of `counts` in a model's free coordinates. */
export type LikelihoodOf = (counts: PairCounts) => LogLikelihood;

/**
 * Fits a model by maximum likelihood where that exists, else with the weak prior.
 * `mayExist` is a cheap necessary condition; if it is false, no maximum is searched for.
 */
export function fitPairwise(
  { likelihoodOf, toParameters }: Pick<PairwiseModel, "likelihoodOf" | "toParameters">,
  counts: PairCounts,
  mayExist: boolean,
  start: PairwiseFit | undefined,
): PairwiseFit {
  const {
    parameters: free,
    logLikelihood,
    informationFactor,
    method,
  } = orWithPrior(mayExist ? maximum(likelihoodOf(counts), start?.free) : null, () =>
    likelihoodOf(withWeakPrior(counts)),
  );
  return { ...toParameters(free, counts.armCount), logLikelihood, method, free, informationFactor };
}

/** From `start` if it has the right length and converges, otherwise from zero. */
function maximum(likelihood: LogLikelihood, start?: Float64Array): NewtonResult | null {
  const zero = new Float64Array(likelihood.size);
  return (
    (start?.length === likelihood.size ? maximise(likelihood, start) : null) ?? maximise(likelihood, zero)
  );
}
