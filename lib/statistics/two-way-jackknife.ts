/** How estimates vary over captions and raters: each caption and each rater is left out in turn. */
import { choleskyFactor, invertCholesky, solveByElimination, solveCholesky } from "../numerics/linear-system";
import type { TwoWayClusters } from "./two-way-clusters";

/** What one observation contributes: the first `count` places hold the parameters it depends on. */
export type ObservedTerms = {
  count: number;
  /** Indices of parameters, each at most once. */
  readonly parameters: Int32Array;
  /** Derivative of the observation's log likelihood by each of them. */
  readonly scores: Float64Array;
  /** Its negative second derivatives, `count` × `count` in rows of `count`; positive semidefinite. */
  readonly information: Float64Array;
};

/**
 * Moves what one observation contributes to the parameters `own` out of sums over all `size` parameters, which are zero
 * afterwards. @param sums of which the information has its lower triangle filled
 */
export function moveTerms(
  { size, gradient, information }: { size: number; gradient: Float64Array; information: Float64Array },
  own: readonly number[],
  into: ObservedTerms,
): void {
  into.count = own.length;
  own.forEach((row, k) => {
    into.parameters[k] = row;
    into.scores[k] = gradient[row]!;
    own.forEach((column, l) => {
      into.information[k * own.length + l] =
        information[Math.max(row, column) * size + Math.min(row, column)]!;
    });
  });
  for (const row of own) {
    gradient[row] = 0;
    for (const column of own) information[row * size + column] = 0;
  }
}

/** Equations Σ scores = 0 of `size` parameters at their solution. */
export type EstimatingEquations = {
  readonly size: number;
  /** Lower Cholesky factor of the information of all observations (and of a prior, where there is one). */
  readonly informationFactor: Float64Array;
  /** Fills `into` with the contribution of observation `i`. */
  observe(i: number, into: ObservedTerms): void;
  /** The largest number of parameters that one observation depends on. */
  readonly widest: number;
  /** Index of the kind of observation; all of one kind contribute the same, so each is computed once. */
  kindOf?(i: number): number;
  /**
   * Information of one typical observation on one parameter: this much remains if the cluster that is left out has all
   * information on a parameter.
   */
  readonly remainder: number;
};

/** Covariances of the parameters, `size` × `size` row-major. */
export type TwoWayCovariance = {
  readonly size: number;
  /** Over captions, over raters, and over combinations of the two; zeros for those that do not repeat. */
  readonly caption: Float64Array;
  readonly rater: Float64Array;
  readonly cell: Float64Array;
  /** If the model were true and all observations independent: the inverse of the information. */
  readonly model: Float64Array;
};

/**
 * The two-way jackknife. Leaving out cluster g moves the parameters by -(I - I_g)⁻¹ S_g to first order, where S_g and
 * I_g are its scores and information: one Newton step from the estimate to that without the cluster, exact for
 * means. The covariance over G clusters is (G - 1) / G times the sum of squares of these moves (Efron & Stein, Annals
 * of Statistics 9, 1981; the CR3 estimator of MacKinnon, Nielsen & Webb, Journal of Applied Econometrics 38, 2023).
 * Unlike sums of scores over clusters, it does not underestimate the deviation of a rater with many votes, which pull the
 * estimate towards themselves.
 */
export function twoWayJackknife(equations: EstimatingEquations, clusters: TwoWayClusters): TwoWayCovariance {
  const { size, informationFactor } = equations;
  const model = invertCholesky(informationFactor, size);
  const over = (cluster: Int32Array, count: number) =>
    count > 1 ? jackknife(equations, model, cluster, count) : new Float64Array(size * size);
  return {
    size,
    caption: over(clusters.caption, clusters.captionCount),
    rater: over(clusters.rater, clusters.raterCount),
    cell: over(clusters.cell, clusters.cellCount),
    model,
  };
}

/** Contributions of observations, each kind computed once; without kinds, each overwrites the one before. */
function observer({ kindOf, observe, widest }: EstimatingEquations): (i: number) => ObservedTerms {
  const empty = (): ObservedTerms => ({
    count: 0,
    parameters: new Int32Array(widest),
    scores: new Float64Array(widest),
    information: new Float64Array(widest * widest),
  });
  if (!kindOf) {
    const terms = empty();
    return (i) => {
      observe(i, terms);
      return terms;
    };
  }
  const known: ObservedTerms[] = [];
  return (i) => {
    const kind = kindOf(i);
    let terms = known[kind];
    if (!terms) {
      terms = empty();
      observe(i, terms);
      known[kind] = terms;
    }
    return terms;
  };
}

function jackknife(
  equations: EstimatingEquations,
  inverse: Float64Array,
  cluster: Int32Array,
  clusterCount: number,
): Float64Array {
  const { size, remainder } = equations;
  const { start, members } = membersOfClusters(cluster, clusterCount);
  const observe = observer(equations);
  // A cluster's contribution, over the parameters it touches in order of appearance; rows of `information` are `size` long.
  const touched = new Int32Array(size);
  const placeOf = new Int32Array(size).fill(-1);
  const score = new Float64Array(size);
  const information = new Float64Array(size * size);
  // Moves are inverse · y with y on the touched parameters only, so products of y are summed before the inverse is applied.
  const products = new Float64Array(size * size);
  const addProduct = (own: Int32Array, y: Float64Array, times: number) => {
    for (let k = 0; k < own.length; k++) {
      const row = own[k]! * size;
      for (let l = 0; l < own.length; l++) products[row + own[l]!]! += times * y[k]! * y[l]!;
    }
  };
  // Most combinations of a caption and a rater have one observation.
  const singles = new Map<number, { own: Int32Array; y: Float64Array; times: number }>();
  for (let g = 0; g < clusterCount; g++) {
    const kind = start[g + 1]! - start[g]! === 1 ? equations.kindOf?.(members[start[g]!]!) : undefined;
    const known = kind === undefined ? undefined : singles.get(kind);
    if (known) {
      known.times++;
      continue;
    }
    let width = 0;
    for (let at = start[g]!; at < start[g + 1]!; at++) {
      const terms = observe(members[at]!);
      const { count } = terms;
      for (let k = 0; k < count; k++) {
        const parameter = terms.parameters[k]!;
        if (placeOf[parameter]! < 0) {
          placeOf[parameter] = width;
          touched[width++] = parameter;
        }
        score[placeOf[parameter]!]! += terms.scores[k]!;
      }
      for (let k = 0; k < count; k++) {
        const row = placeOf[terms.parameters[k]!]! * size;
        for (let l = 0; l < count; l++) {
          information[row + placeOf[terms.parameters[l]!]!]! += terms.information[k * count + l]!;
        }
      }
    }
    for (let k = 0; k < width; k++) information[k * size + k]! -= remainder;
    const own = touched.subarray(0, width);
    const y =
      2 * width > size
        ? scoresOfLargeMove(equations, own, information, score)
        : scoresOfSmallMove(inverse, size, own, information, score);
    if (kind === undefined) addProduct(own, y, 1);
    else singles.set(kind, { own: own.slice(), y, times: 1 });
    for (let k = 0; k < width; k++) {
      placeOf[own[k]!] = -1;
      score[k] = 0;
      information.fill(0, k * size, k * size + width);
    }
  }
  for (const { own, y, times } of singles.values()) addProduct(own, y, times);
  const small = (clusterCount - 1) / clusterCount;
  return multiply(multiply(inverse, products, size), inverse, size).map((value) => small * value);
}

/** y on the touched parameters with (I - I_g)⁻¹ S_g = I⁻¹ y, from the small system (1 - I_g I⁻¹) y = S_g. */
function scoresOfSmallMove(
  inverse: Float64Array,
  size: number,
  touched: Int32Array,
  information: Float64Array,
  score: Float64Array,
): Float64Array {
  const width = touched.length;
  const matrix = new Float64Array(width * width);
  for (let k = 0; k < width; k++) {
    for (let l = 0; l < width; l++) {
      let sum = k === l ? 1 : 0;
      for (let m = 0; m < width; m++) {
        sum -= information[k * size + m]! * inverse[touched[m]! * size + touched[l]!]!;
      }
      matrix[k * width + l] = sum;
    }
  }
  return solveByElimination(matrix, score.slice(0, width), width);
}

/** The same from the full system, which costs less where a cluster touches most parameters. */
function scoresOfLargeMove(
  { size, informationFactor }: EstimatingEquations,
  touched: Int32Array,
  information: Float64Array,
  score: Float64Array,
): Float64Array {
  const width = touched.length;
  const rest = multiplyByTranspose(informationFactor, size);
  const right = new Float64Array(size);
  for (let k = 0; k < width; k++) {
    right[touched[k]!] = score[k]!;
    for (let l = 0; l < width; l++) rest[touched[k]! * size + touched[l]!]! -= information[k * size + l]!;
  }
  const factor = choleskyFactor(rest, size);
  if (!factor)
    throw new Error("The data without one cluster has no information, which should be impossible.");
  const move = solveCholesky(factor, right, size);
  // I · move = S_g + I_g · move, which is zero outside the touched parameters.
  return Float64Array.from(touched, (_, k) => {
    let sum = score[k]!;
    for (let l = 0; l < width; l++) sum += information[k * size + l]! * move[touched[l]!]!;
    return sum;
  });
}

/** L Lᵀ for a lower triangular L. */
function multiplyByTranspose(factor: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += factor[i * n + k]! * factor[j * n + k]!;
      product[i * n + j] = sum;
      product[j * n + i] = sum;
    }
  }
  return product;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const scale = a[i * n + k]!;
      if (scale === 0) continue;
      for (let j = 0; j < n; j++) product[i * n + j]! += scale * b[k * n + j]!;
    }
  }
  return product;
}

/** Observations by cluster: those of g are `members[start[g]]` … `members[start[g + 1] - 1]`. */
export function membersOfClusters(
  cluster: Int32Array,
  count: number,
): { start: Int32Array; members: Int32Array } {
  const start = new Int32Array(count + 1);
  for (let i = 0; i < cluster.length; i++) start[cluster[i]! + 1]! += 1;
  for (let g = 0; g < count; g++) start[g + 1]! += start[g]!;
  const next = start.slice();
  const members = new Int32Array(cluster.length);
  for (let i = 0; i < cluster.length; i++) members[next[cluster[i]!]!++] = i;
  return { start, members };
}
