/** Precision, recall, density and coverage: how far real and generated pictures lie within each other's neighbourhoods. */
import { checkFeaturePair, type Features, rowBlocks, squaredNorms } from "./features";
import { productWithTranspose } from "./linear-algebra/product";

/**
 * Which published implementation's conventions are followed: `clova` (prdc, Naeem et al., ICML 2020: 5th neighbour,
 * inside means strictly nearer) or `torch-fidelity` (Kynkäänniemi et al., NeurIPS 2019: 3rd neighbour, at most as far).
 */
export type NeighbourhoodDialect = "clova" | "torch-fidelity";

export const neighbourhoodDialects = {
  clova: { neighbour: 5, strict: true },
  "torch-fidelity": { neighbour: 3, strict: false },
} as const satisfies Record<NeighbourhoodDialect, { neighbour: number; strict: boolean }>;

/** One value per picture; each score is the mean of its list, and its interval the bootstrap's of that mean. */
export type NeighbourhoodScores = {
  /** Per generated picture: 1 where it lies in the neighbourhood of some real one. */
  readonly precision: Float64Array;
  /** Per real picture: 1 where it lies in the neighbourhood of some generated one. */
  readonly recall: Float64Array;
  /** Per generated picture: the number of real neighbourhoods it lies in, over k; the mean may exceed 1. */
  readonly density: Float64Array;
  /** Per real picture: 1 where its neighbourhood holds some generated one. */
  readonly coverage: Float64Array;
};

/**
 * A picture's neighbourhood is the ball that reaches to its k-th nearest other picture of the same set.
 *
 * @throws SemblanceError `invalid_input` with k pictures or fewer on a side, `shape_mismatch`
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

/** Squared distance of each vector to its `neighbour`-th nearest other one. */
async function neighbourRadii(features: Features, neighbour: number): Promise<Float64Array> {
  const radii = new Float64Array(features.count);
  for await (const { i, distances } of rowsOfSquaredDistances(features, features)) {
    distances[i] = Number.POSITIVE_INFINITY;
    radii[i] = distances.sort()[neighbour - 1]!;
  }
  return radii;
}

/** Distances that are kept at a time, 80 MB, and vectors that they are computed from at a time. */
const MOST_DISTANCES = 10_000_000;
const VECTORS_AT_A_TIME = 1024;

/** For each x the |x - y|² to all y, never below 0; an array the receiver may change. */
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
