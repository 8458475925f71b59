/** The Fréchet distance with an interval for its expected value at this number of images, and with its bias. */
import type { Random } from "@/lib/numerics/random";
import { checkFeaturePair, type Features, meanOfFeatures, selectFeatures } from "../features/features";
import {
  type Clusters,
  drawPool,
  effectiveCount,
  halfSample,
  type Interval,
  type Pool,
  type Spread,
  type SubsetStatistic,
  singletons,
  spreadOfContributions,
  studentInterval,
} from "../intervals/intervals";
import { multiplyByTranspose, productWithTranspose } from "../linear-algebra/product";
import { singularValueShares } from "../linear-algebra/singular-value-shares";
import { singularValueSum } from "../linear-algebra/singular-value-sum";
import { transpose } from "../linear-algebra/transpose";
import { triangularFactor } from "../linear-algebra/triangular-factor";
import {
  assembleDistance,
  centred,
  distanceOfFactors,
  type Factor,
  factorOfGaussian,
  fitGaussian,
  frechetDistance,
  type Gaussian,
  type Moments,
  moved,
  reduceByReflections,
} from "./frechet-distance";

/**
 * `interval` covers the average distance over other captions and real images, of the same number as here: with the
 * bias of this number of images, not without it. `bias` estimates that bias, assuming that it falls as 1 / N, which it does only if
 * there are several times as many images as dimensions.
 */
export type FrechetEstimate = { value: number; interval: Interval | null; bias: number | null };

type Options = {
  readonly names?: [string, string];
  /** Of the two sets; by default each image is a cluster of its own. */
  readonly clusters?: readonly [Clusters, Clusters];
};

/** Number of images of each set on which spread and bias are measured. */
const LARGEST = 512;

/**
 * The width is that of the infinitesimal jackknife over clusters (see `frechetContributions`), on at most `LARGEST`
 * images a side; see `withoutDoubleCount` for what is taken off. The bounds are symmetric in the root of the distance.
 * No interval and no bias with fewer than four clusters a side.
 *
 * @throws SemblanceError as `frechetDistance`
 */
export async function frechetDistanceWithInterval(
  a: Features,
  b: Features,
  random: Random,
  { names, clusters = [singletons(a.count), singletons(b.count)] }: Options = {},
): Promise<FrechetEstimate> {
  const value = await frechetDistance(a, b, names);
  const pools = clusters.map((one) => drawPool(one, LARGEST, random)) as [Pool, Pool];
  const [poolA, poolB] = [selectFeatures(a, pools[0].rows), selectFeatures(b, pools[1].rows)];
  const halves = await halfSample(
    await subsetDistance(poolA, poolB),
    pools.map((pool) => ({ ...pool, rows: Uint32Array.from(pool.rows.keys()) })),
    random,
    { minimum: 2 },
  );
  if (!halves) return { value, interval: null, bias: null };
  const contributions = await frechetContributions(poolA, poolB);
  const sets = pools.map((pool, side) => ({
    values: contributions[side]!,
    clusters: pool.clusters,
    share: pool.share,
  }));
  return estimateFrom(value, sets, halves, Math.max(countVarying(poolA), countVarying(poolB)));
}

type PooledSet = { readonly values: Float64Array; readonly clusters: Clusters; readonly share: number };

function estimateFrom(
  value: number,
  sets: readonly PooledSet[],
  halves: { variance: number; bias: number },
  dims: number,
): FrechetEstimate {
  // In sets that are larger than their pools, each image contributes less.
  const scaled = sets.map(({ values, clusters, share }) => ({
    values: values.map((each) => each * Math.sqrt(share)),
    clusters,
  }));
  const spread = spreadOfContributions(scaled);
  const apart = spreadOfContributions(
    sets.map(({ values, clusters }, side) => ({ values, clusters: byItself(clusters, side) })),
  );
  if (!spread || !apart || sets.some(({ clusters }) => new Set(clusters).size < 4)) {
    return { value, interval: null, bias: null };
  }
  const share = Math.max(...sets.map((set) => set.share));
  const isLowDimensional = sets.every(({ clusters }) => effectiveCount(clusters) >= 2 * dims);
  const corrected = isLowDimensional ? withoutDoubleCount(spread, apart, halves.variance, share) : spread;
  return { value, interval: studentInterval(value, corrected, "root"), bias: halves.bias * share };
}

/** Dimensions in which not all vectors are equal. */
function countVarying({ count, dims, values }: Features): number {
  let varying = 0;
  for (let j = 0; j < dims; j++) {
    let i = 1;
    while (i < count && values[i * dims + j] === values[j]) i++;
    if (i < count) varying++;
  }
  return varying;
}

/** Numbers that no other set has. */
function byItself(clusters: Clusters, side: number): Clusters {
  return clusters.map((cluster) => 2 * cluster + side);
}

/**
 * If two sets are nearly equal, the distance is a square of small differences, and the jackknife counts the variance of
 * that second-order part twice (Efron & Stein, Annals of Statistics 1981). Halves count it three times, so the
 * difference of the two is that part, and is subtracted if there are enough images for the expansion to hold.
 *
 * The variance of 100 halves is known to 14%. If the part is small, its estimate is below 0 as often as above: if it were truncated
 * at 0, noise alone would subtract 5% on average.
 *
 * @param apart the jackknife on the pools without pairing, as the halves are drawn
 * @param share of the images in the pools, whose second-order part falls with its square
 */
function withoutDoubleCount(spread: Spread, apart: Spread, ofHalves: number, share: number): Spread {
  if (apart.variance === 0) return spread;
  const secondOrder = Math.min(0.5, Math.max(-0.5, ofHalves / apart.variance - 1));
  const variance = spread.variance * (1 - 2 * secondOrder + secondOrder * share);
  return { ...spread, variance };
}

/**
 * The influence of every vector on the distance, over n: its contribution beyond its expectation. For row x of set a
 *
 *   [2 (x - μa)·(μa - μb) + n |f|² - Tr Σa - n h + Tr (Σa Σb)^½] / n,
 *
 * f its row of the centred and scaled factor A, and h its share of the nuclear norm of B Aᵀ: the diagonal of
 * (A Σb Aᵀ)^½, the derivative of a trace of a root being half the optimal transport map between the Gaussians.
 */
export async function frechetContributions(
  a: Features,
  b: Features,
): Promise<[a: Float64Array, b: Float64Array]> {
  const [first, second] = [centred(a), centred(b)];
  const product = await productWithTranspose(second.factor, second.rows, first.factor, first.rows, a.dims);
  const shares = await singularValueShares(product, second.rows, first.rows);
  const difference = first.mean.map((value, j) => value - second.mean[j]!);
  return [
    contributionsOf(first, difference, shares.columns),
    contributionsOf(
      second,
      difference.map((value) => -value),
      shares.rows,
    ),
  ];
}

function contributionsOf(
  { factor, rows, trace, mean }: Moments & Factor,
  difference: Float64Array,
  shares: Float64Array,
): Float64Array {
  const dims = mean.length;
  const sumOfShares = shares.reduce((sum, share) => sum + share, 0);
  const scale = (2 * Math.sqrt(rows - 1)) / rows;
  return Float64Array.from({ length: rows }, (_, i) => {
    let along = 0;
    let square = 0;
    for (let j = 0; j < dims; j++) {
      const value = factor[i * dims + j]!;
      along += value * difference[j]!;
      square += value * value;
    }
    return scale * along + square - shares[i]! - (trace - sumOfShares) / rows;
  });
}

/**
 * The distance of features from a Gaussian whose own vectors are not available. Interval and bias are those of `features`
 * only: they do not include the variance of the vectors behind the Gaussian.
 *
 * @param clusters of `features`
 * @throws SemblanceError as `gaussianFrechetDistance`, and as `frechetDistance` for `features`
 */
export async function distanceFromGaussianWithInterval(
  gaussian: Gaussian,
  features: Features,
  random: Random,
  names: [string, string],
  clusters: Clusters = singletons(features.count),
): Promise<FrechetEstimate> {
  const { dims } = features;
  checkFeaturePair(features, features, {
    minimum: 2,
    statistic: "Fréchet distance",
    names: [names[1], names[1]],
  });
  checkFeaturePair(
    { count: 1, dims: gaussian.mean.length, values: gaussian.mean },
    { count: 1, dims, values: features.rows?.(0, 1) ?? features.values.subarray(0, dims) },
    { minimum: 1, statistic: "Fréchet distance", names },
  );
  const given = factorOfGaussian(gaussian, names[0]);
  const value = await distanceOfFactors(given, await fitGaussian(features));
  const pool = drawPool(clusters, LARGEST, random);
  const pooled = selectFeatures(features, pool.rows);
  // Distances do not change under translation; near the origin the products keep their precision.
  const origin = meanOfFeatures(pooled);
  const near = moved(pooled, origin);
  const nearGiven = { trace: given.trace, mean: given.mean.map((each, j) => each - origin[j]!) };
  const products = await rotatedProducts(near, given);
  const productOf = (rows: Uint32Array) => centred(selectFeatures(products, rows)).factor;
  const subset = (rows: Uint32Array) =>
    assembleDistance(
      nearGiven,
      momentsOf(near, rows),
      singularValueSum(productOf(rows), rows.length, products.dims),
    );
  const all = Uint32Array.from(pool.rows.keys());
  // A quarter of the usual replicates, because each costs several times as much as between two sets.
  const halves = await halfSample((rows) => subset(rows!), [{ ...pool, rows: all }], random, {
    minimum: 2,
    replicates: 25,
  });
  if (!halves) return { value, interval: null, bias: null };
  const drawn = centred(pooled);
  const shares = await singularValueShares(productOf(all), drawn.rows, products.dims);
  const difference = drawn.mean.map((each, j) => each - given.mean[j]!);
  const values = contributionsOf(drawn, difference, shares.rows);
  const set = { values, clusters: pool.clusters, share: pool.share };
  return estimateFrom(value, [set], halves, countVarying(pooled));
}

/**
 * The products of all vectors with all rows of the factor, a vector each, turned so that few dimensions are left:
 * singular values of centred choices of the vectors stay as they are.
 */
async function rotatedProducts(
  { values, count, dims }: Features,
  { factor, rows }: Factor,
): Promise<Features> {
  const products = await productWithTranspose(values, count, factor, rows, dims);
  if (rows <= count) return { count, dims: rows, values: products };
  const triangle = triangularFactor(transpose(products, count, rows), rows, count);
  return { count, dims: count, values: transpose(triangle, count, count) };
}

/** The distance between subsets of the two sets; if it is cheaper, all subsets share the products of all pairs. */
async function subsetDistance(a: Features, b: Features): Promise<SubsetStatistic> {
  if (Math.max(a.count, b.count) > 2 * a.dims) {
    return async (rowsA, rowsB) => {
      const [first, second] = [centred(selectFeatures(a, rowsA!)), centred(selectFeatures(b, rowsB!))];
      const [reducedA, reducedB] = [reduceByReflections(first, a.dims), reduceByReflections(second, a.dims)];
      const product = multiplyByTranspose(
        reducedB.factor,
        reducedB.rows,
        reducedA.factor,
        reducedA.rows,
        a.dims,
      );
      return assembleDistance(first, second, singularValueSum(product, reducedB.rows, reducedA.rows));
    };
  }
  // Distances do not change if both sets are translated; near the origin the products keep their precision.
  const origin = meanOfFeatures(a);
  const [movedA, movedB] = [moved(a, origin), moved(b, origin)];
  const products = await productWithTranspose(movedB.values, b.count, movedA.values, a.count, a.dims);
  return async (rowsA, rowsB) => {
    const product = centredProducts(products, a.count, rowsB!, rowsA!);
    const [first, second] = [momentsOf(movedA, rowsA!), momentsOf(movedB, rowsB!)];
    return assembleDistance(first, second, singularValueSum(product, rowsB!.length, rowsA!.length));
  };
}

function momentsOf({ dims, values }: Features, rows: Uint32Array): Moments {
  const mean = new Float64Array(dims);
  for (const row of rows) {
    for (let j = 0; j < dims; j++) mean[j]! += values[row * dims + j]! / rows.length;
  }
  let trace = 0;
  for (const row of rows) {
    for (let j = 0; j < dims; j++) trace += (values[row * dims + j]! - mean[j]!) ** 2;
  }
  return { mean, trace: trace / (rows.length - 1) };
}

/** The products of the chosen rows after both subsets are centred and scaled: B Aᵀ without A or B. */
function centredProducts(
  products: Float64Array,
  stride: number,
  rows: Uint32Array,
  columns: Uint32Array,
): Float64Array {
  const [height, width] = [rows.length, columns.length];
  const chosen = new Float64Array(height * width);
  const rowMeans = new Float64Array(height);
  const columnMeans = new Float64Array(width);
  let mean = 0;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const value = products[rows[i]! * stride + columns[j]!]!;
      chosen[i * width + j] = value;
      rowMeans[i]! += value / width;
      columnMeans[j]! += value / height;
      mean += value / (height * width);
    }
  }
  const scale = 1 / Math.sqrt((height - 1) * (width - 1));
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      chosen[i * width + j] = (chosen[i * width + j]! - rowMeans[i]! - columnMeans[j]! + mean) * scale;
    }
  }
  return chosen;
}
