/** Precision, recall, density and coverage: how far real and generated images are within each other's neighbourhoods. */
import type { Random } from "@/lib/numerics/random";
import {
  checkFeaturePair,
  type Features,
  rowBlocks,
  selectFeatures,
  squaredNorms,
} from "../features/features";
import {
  type Clusters,
  drawPool,
  effectiveCount,
  halfSample,
  type Interval,
  leaveOneOut,
  shareInterval,
  studentInterval,
} from "../intervals/intervals";
import { productWithTranspose } from "../linear-algebra/product";
import { meanOf } from "./mean-of-images";
import type { FeatureMeasure } from "./measure";

/**
 * Which published implementation's conventions are followed: `clova` (prdc, Naeem et al., ICML 2020: 5th neighbour,
 * inside means strictly nearer) or `torch-fidelity` (Kynkäänniemi et al., NeurIPS 2019: 3rd neighbour, at most as far).
 */
export type NeighbourhoodDialect = "clova" | "torch-fidelity";

export const neighbourhoodDialects = {
  clova: { neighbour: 5, strict: true },
  "torch-fidelity": { neighbour: 3, strict: false },
} as const satisfies Record<NeighbourhoodDialect, { neighbour: number; strict: boolean }>;

/** One value per image; each score is the mean of its list. */
export type NeighbourhoodScores = {
  /** Per generated image: 1 where it is in the neighbourhood of some real one. */
  readonly precision: Float64Array;
  /** Per real image: 1 where it is in the neighbourhood of some generated one. */
  readonly recall: Float64Array;
  /** Per generated image: the number of real neighbourhoods it is in, over k; the mean may exceed 1. */
  readonly density: Float64Array;
  /** Per real image: 1 where its neighbourhood holds some generated one. */
  readonly coverage: Float64Array;
};

/**
 * An image's neighbourhood is the ball whose radius is the distance to its k-th nearest other image of the same set.
 *
 * @throws SemblanceError `invalid_input` with k images or fewer in a set, `shape_mismatch`
 */
export async function neighbourhoodScores(
  real: Features,
  generated: Features,
  dialect: NeighbourhoodDialect,
): Promise<NeighbourhoodScores> {
  const { neighbour, strict } = neighbourhoodDialects[dialect];
  checkFeaturePair(real, generated, {
    minimum: neighbour + 1,
    statistic: `precision over ${neighbour} neighbours`,
    names: ["real", "generated"],
  });
  const realRadii = await neighbourRadii(real, neighbour);
  const generatedRadii = await neighbourRadii(generated, neighbour);
  const precision = new Float64Array(generated.count);
  const recall = new Float64Array(real.count);
  const density = new Float64Array(generated.count);
  const coverage = new Float64Array(real.count);
  for await (const { i, distances } of rowsOfSquaredDistances(real, generated)) {
    for (let j = 0; j < generated.count; j++) {
      const distance = distances[j]!;
      const inReal = strict ? distance < realRadii[i]! : distance <= realRadii[i]!;
      const inGenerated = strict ? distance < generatedRadii[j]! : distance <= generatedRadii[j]!;
      if (inReal) {
        precision[j] = 1;
        density[j]! += 1 / neighbour;
        coverage[i] = 1;
      }
      if (inGenerated) recall[i] = 1;
    }
  }
  return { precision, recall, density, coverage };
}

/** Images of each set that the spread is measured on. */
const LARGEST = 512;

/**
 * The interval of a score's expected value at this number of images, over captions and real images: from random halves
 * of both, in which the neighbourhoods are found again (where halves are too small, from leaving out one caption at a
 * time). With fixed neighbourhoods, the intervals would ignore how the scores depend on the other images in the sets, and
 * would cover 75 to 90%.
 *
 * @param clusters of the real and of the generated images
 * @returns null where one caption or real image less would leave k images or fewer
 */
export async function neighbourhoodInterval(
  value: number,
  score: keyof NeighbourhoodScores,
  real: Features,
  generated: Features,
  dialect: NeighbourhoodDialect,
  random: Random,
  clusters: { readonly real: Clusters; readonly generated: Clusters },
): Promise<Interval | null> {
  const pools = [
    drawPool(clusters.real, LARGEST, random),
    drawPool(clusters.generated, LARGEST, random),
  ] as const;
  const reals = selectFeatures(real, pools[0].rows);
  const drawn = selectFeatures(generated, pools[1].rows);
  // Recall uses the generated images' neighbourhoods, the others use the real ones'.
  const isRecall = score === "recall";
  const [centres, points] = isRecall ? [drawn, reals] : [reals, drawn];
  const own = await allSquaredDistances(centres, centres);
  const between = await allSquaredDistances(centres, points);
  const statistic = (...[realRows, generatedRows]: Uint32Array[]) => {
    const rows = isRecall ? [generatedRows!, realRows!] : [realRows!, generatedRows!];
    return scoreOfRows(score, own, between, points.count, rows[0]!, rows[1]!, dialect);
  };
  const indexed = pools.map((pool) => ({ ...pool, rows: Uint32Array.from(pool.rows.keys()) }));
  const minimum = neighbourhoodDialects[dialect].neighbour + 1;
  const halves = await halfSample(statistic, indexed, random, { minimum });
  const variance = halves?.variance ?? (await leaveOneOut(statistic, indexed, { minimum }));
  if (variance === null) return null;
  const fewest = pools[0].rows.length < pools[1].rows.length ? pools[0].clusters : pools[1].clusters;
  const spread = {
    variance: variance * Math.max(pools[0].share, pools[1].share),
    degrees: Math.max(1, Math.min(...pools.map((pool) => effectiveCount(pool.clusters))) - 1),
  };
  if (score !== "density") return shareInterval(value, spread, fewest);
  const { low, high } = studentInterval(value, spread);
  return { low: Math.max(0, low), high };
}

/** One score from kept distances: of points to centres, [centres, points], and of centres to each other. */
function scoreOfRows(
  score: keyof NeighbourhoodScores,
  own: Float64Array,
  between: Float64Array,
  pointCount: number,
  centres: Uint32Array,
  points: Uint32Array,
  dialect: NeighbourhoodDialect,
): number {
  const { neighbour, strict } = neighbourhoodDialects[dialect];
  const centreCount = Math.sqrt(own.length);
  const times = new Float64Array(points.length);
  let covered = 0;
  for (const centre of centres) {
    const radius = smallest(neighbour, own, centre * centreCount, centres, centre);
    let isCovered = 0;
    for (let j = 0; j < points.length; j++) {
      const distance = between[centre * pointCount + points[j]!]!;
      if (strict ? distance < radius : distance <= radius) {
        times[j]! += 1;
        isCovered = 1;
      }
    }
    covered += isCovered;
  }
  if (score === "coverage") return covered / centres.length;
  const sum = times.reduce(
    (total, each) => total + (score === "density" ? each / neighbour : Math.min(1, each)),
    0,
  );
  return sum / points.length;
}

/** The k-th smallest of the values at `places`, counted from `start`, but for `left`. */
function smallest(k: number, values: Float64Array, start: number, places: Uint32Array, left: number): number {
  const least = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  for (const place of places) {
    const value = values[start + place]!;
    if (place === left || value >= least[k - 1]!) continue;
    let at = k - 1;
    for (; at > 0 && least[at - 1]! > value; at--) least[at] = least[at - 1]!;
    least[at] = value;
  }
  return least[k - 1]!;
}

async function allSquaredDistances(x: Features, y: Features): Promise<Float64Array> {
  const all = new Float64Array(x.count * y.count);
  for await (const { i, distances } of rowsOfSquaredDistances(x, y)) all.set(distances, i * y.count);
  return all;
}

/** Squared distance of each vector to its `neighbour`-th nearest other one. */
async function neighbourRadii(features: Features, neighbour: number): Promise<Float64Array> {
  const radii = new Float64Array(features.count);
  for await (const { i, distances } of rowsOfSquaredDistances(features, features)) {
    distances[i] = Number.POSITIVE_INFINITY;
    radii[i] = distances.sort()[neighbour - 1]!;
  }
  return radii;
}

/** Number of distances kept at a time, 80 MB, and of vectors from which they are computed at a time. */
const MOST_DISTANCES = 10_000_000;
const VECTORS_AT_A_TIME = 1024;

/** For each x the |x - y|² to all y, never below 0; the caller may change the array. */
async function* rowsOfSquaredDistances(
  x: Features,
  y: Features,
): AsyncGenerator<{ i: number; distances: Float64Array }> {
  const [xx, yy] = [squaredNorms(x), squaredNorms(y)];
  const rowsAtATime = Math.max(1, Math.min(VECTORS_AT_A_TIME, Math.floor(MOST_DISTANCES / y.count)));
  for (const { start, block: rows } of rowBlocks(x, rowsAtATime)) {
    const distances = new Float64Array(rows.count * y.count);
    for (const { start: first, block: columns } of rowBlocks(y, VECTORS_AT_A_TIME)) {
      const products = await productWithTranspose(
        rows.values,
        rows.count,
        columns.values,
        columns.count,
        x.dims,
      );
      for (let i = 0; i < rows.count; i++) {
        for (let j = 0; j < columns.count; j++) {
          const product = products[i * columns.count + j]!;
          distances[i * y.count + first + j] = Math.max(0, xx[start + i]! + yy[first + j]! - 2 * product);
        }
      }
    }
    for (let i = 0; i < rows.count; i++) {
      yield { i: start + i, distances: distances.subarray(i * y.count, (i + 1) * y.count) };
    }
  }
}

export function neighbourhoodMeasure(score: keyof NeighbourhoodScores): FeatureMeasure {
  return {
    intervalOf: "expected",
    recipe: { statistic: `${score}, prdc`, neighbour: neighbourhoodDialects.clova.neighbour, strict: true },
    async measure({ real, generated, clusters, random }) {
      const values = (await neighbourhoodScores(real, generated, "clova"))[score];
      const value = meanOf(values);
      const interval = await neighbourhoodInterval(value, score, real, generated, "clova", random, clusters);
      const isOfGenerated = score === "precision" || score === "density";
      return isOfGenerated ? { value, interval, perImage: values } : { value, interval };
    },
  };
}
