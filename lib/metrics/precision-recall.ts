/** Precision, recall, density and coverage: how far real and generated pictures lie within each other's neighbourhoods. */
import { checkFeaturePair, type Features } from "./features";
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
  const between = await squaredDistances(real, generated);
  const precision = new Float64Array(generated.count);
  const recall = new Float64Array(real.count);
  const density = new Float64Array(generated.count);
  const coverage = new Float64Array(real.count);
  for (let i = 0; i < real.count; i++) {
    for (let j = 0; j < generated.count; j++) {
      const distance = between[i * generated.count + j]!;
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
  const distances = await squaredDistances(features, features);
  const { count } = features;
  return Float64Array.from({ length: count }, (_, i) => {
    const row = distances.slice(i * count, (i + 1) * count);
    row[i] = Number.POSITIVE_INFINITY;
    return row.sort()[neighbour - 1]!;
  });
}

/** |x - y|² for all pairs, row-major [x.count, y.count], never below 0. */
export async function squaredDistances(x: Features, y: Features): Promise<Float64Array> {
  const distances = await productWithTranspose(x.values, x.count, y.values, y.count, x.dims);
  const [xx, yy] = [squaredNorms(x), squaredNorms(y)];
  for (let i = 0; i < x.count; i++) {
    for (let j = 0; j < y.count; j++) {
      const at = i * y.count + j;
      distances[at] = Math.max(0, xx[i]! + yy[j]! - 2 * distances[at]!);
    }
  }
  return distances;
}

function squaredNorms({ count, dims, values }: Features): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = i * dims; j < (i + 1) * dims; j++) sum += values[j]! * values[j]!;
    return sum;
  });
}
