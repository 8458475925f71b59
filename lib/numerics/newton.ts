/** Newton's method for concave log likelihoods, with the case that no finite maximum exists handled separately. */
import { choleskyFactor, solveCholesky } from "./linear-system";

/** A twice differentiable concave log likelihood over `size` parameters. */
export type LogLikelihood = {
  readonly size: number;
  /**
   * Returns the value at `parameters` (-Infinity outside the domain); adds the gradient to `gradient` (size) and the
   * negative Hessian's lower triangle to `information` (size × size, row-major). Both arrive filled with zeros.
   */
  derivatives(parameters: Float64Array, gradient: Float64Array, information: Float64Array): number;
};

export type NewtonResult = {
  readonly parameters: Float64Array;
  readonly logLikelihood: number;
  /** Lower Cholesky factor of the negative Hessian at `parameters`. */
  readonly informationFactor: Float64Array;
};

/** How an estimate was found: "weak-prior" where the likelihood alone has no finite maximum. */
export type EstimationMethod = "maximum-likelihood" | "weak-prior";

/**
 * Beyond this a log strength is not an estimate: the odds of e²⁰ (8,686 Elo points) cannot be told from certainty
 * with any number of votes that people can give, so the likelihood is rising towards infinity.
 */
export const divergenceBound = 20;

const maxIterations = 60;
/** A maximum at the end of a chain of arms that each won everything is approached by about 1 a step. */
const maxIterationsWithPrior = 5000;
// Newton's error is squared by every step: after one as small as this, it is at working precision.
const stepTolerance = 1e-7;

/**
 * The parameters that maximise `likelihood`, from `start`; null where no finite maximum exists (the information
 * is singular, or a parameter runs past `divergenceBound`).
 */
export function maximise(likelihood: LogLikelihood, start: Float64Array): NewtonResult | null {
  return search(likelihood, start, { bound: divergenceBound, maxIterations });
}

function search(
  likelihood: LogLikelihood,
  start: Float64Array,
  { bound, maxIterations }: { bound: number; maxIterations: number },
): NewtonResult | null {
  const n = likelihood.size;
  let at = evaluate(likelihood, start);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const informationFactor = choleskyFactor(at.information, n);
    if (!informationFactor) return null;
    const step = solveCholesky(informationFactor, at.gradient, n);
    let stepSize = 0;
    for (let i = 0; i < n; i++) stepSize = Math.max(stepSize, Math.abs(step[i]!));
    if (stepSize < stepTolerance) {
      const parameters = stepFrom(at.parameters, step, 1);
      return { parameters, logLikelihood: at.logLikelihood, informationFactor };
    }
    // A step may overshoot where the likelihood is far from quadratic; rounding alone is not overshoot.
    const acceptable = at.logLikelihood - 1e-9 * (1 + Math.abs(at.logLikelihood));
    let scale = 1;
    let next = evaluate(likelihood, stepFrom(at.parameters, step, scale));
    while (scale > 1e-6 && !(next.logLikelihood >= acceptable)) {
      scale /= 2;
      next = evaluate(likelihood, stepFrom(at.parameters, step, scale));
    }
    at = next;
    for (let i = 0; i < n; i++) if (!(Math.abs(at.parameters[i]!) < bound)) return null;
  }
  return null;
}

/**
 * The maximum of a likelihood where it is finite, else that of the same likelihood with a weak prior.
 *
 * @param exact null where there is no finite maximum
 * @param withPrior the likelihood with a prior that makes the maximum finite, however far away it is
 * @param start where its maximum is looked for; zero where absent
 */
export function orWithPrior(
  exact: NewtonResult | null,
  withPrior: () => LogLikelihood,
  start?: Float64Array,
): NewtonResult & { readonly method: EstimationMethod } {
  if (exact) return { ...exact, method: "maximum-likelihood" };
  const likelihood = withPrior();
  const result = search(likelihood, start ?? new Float64Array(likelihood.size), {
    bound: Number.POSITIVE_INFINITY,
    maxIterations: maxIterationsWithPrior,
  });
  if (!result)
    throw new Error("The likelihood with the weak prior has no maximum, which should be impossible.");
  return { ...result, method: "weak-prior" };
}

function evaluate(likelihood: LogLikelihood, parameters: Float64Array) {
  const gradient = new Float64Array(likelihood.size);
  const information = new Float64Array(likelihood.size ** 2);
  const logLikelihood = likelihood.derivatives(parameters, gradient, information);
  return { parameters, gradient, information, logLikelihood };
}

function stepFrom(parameters: Float64Array, step: Float64Array, scale: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(parameters.length);
  for (let i = 0; i < next.length; i++) next[i] = parameters[i]! + scale * step[i]!;
  return next;
}
