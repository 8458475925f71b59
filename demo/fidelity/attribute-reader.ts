/**
 * Tells fur colour and setting of an image of the demo's world, so that it can be counted how often a model draws what
 * the caption asks for: a linear map of the palette features, fitted by ridge regression on images whose attributes
 * are known because the world was drawn with them. On images drawn by the world that it has not seen it is always
 * right (tests/demo/fidelity); on a model's images it says which of the possible answers they are most like.
 */
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { type FurColour, furColours, type Setting, settings } from "../world/attributes";
import { featureCount, paletteFeatures } from "./palette-features";

export type ReadAttributes = { readonly fur: FurColour; readonly setting: Setting };

/** Row-major [answers, featureCount]. */
type LinearMap = Float32Array<ArrayBuffer>;

/** Of each feature's mean square, added to the diagonal: keeps cells that hardly vary from deciding anything. */
const ridge = 1e-4;

export class AttributeReader {
  private readonly fur: LinearMap;
  private readonly setting: LinearMap;

  constructor(fur: LinearMap, setting: LinearMap) {
    this.fur = fur;
    this.setting = setting;
  }

  /**
   * @param examples at least some hundred images, [64, 64, 3] RGB each, with what they show
   */
  static fit(examples: readonly (ReadAttributes & { readonly data: Uint8Array })[]): AttributeReader {
    const features = examples.map(({ data }) => paletteFeatures(data));
    const normal = new Float64Array(featureCount ** 2);
    for (const row of features) {
      for (let i = 0; i < featureCount; i++) {
        if (row[i] === 0) continue;
        for (let j = 0; j < featureCount; j++) normal[i * featureCount + j]! += row[i]! * row[j]!;
      }
    }
    for (let i = 0; i < featureCount; i++) normal[i * featureCount + i]! += ridge * examples.length;
    const fit = <Answer>(answers: readonly Answer[], shown: (index: number) => Answer): LinearMap => {
      const map = new Float32Array(answers.length * featureCount);
      for (const [at, answer] of answers.entries()) {
        const target = new Float64Array(featureCount);
        for (const [index, row] of features.entries()) {
          if (shown(index) !== answer) continue;
          for (let i = 0; i < featureCount; i++) target[i]! += row[i]!;
        }
        map.set(solvePositive(normal.slice(), target), at * featureCount);
      }
      return map;
    };
    return new AttributeReader(
      fit(furColours, (index) => examples[index]!.fur),
      fit(settings, (index) => examples[index]!.setting),
    );
  }

  /** @throws SemblanceError as openCheckpoint, `missing_tensor` for a file that holds something else */
  static async open(path: string): Promise<AttributeReader> {
    const file = await openCheckpoint(path);
    try {
      return new AttributeReader(await file.readFloat32("fur"), await file.readFloat32("setting"));
    } finally {
      await file.close();
    }
  }

  /** @throws SemblanceError `disk_full` */
  async save(path: string): Promise<void> {
    const tensor = (data: LinearMap) => ({
      dtype: "float32" as const,
      shape: [data.length / featureCount, featureCount],
      data,
    });
    await writeSafetensors(
      path,
      new Map([
        ["fur", tensor(this.fur)],
        ["setting", tensor(this.setting)],
      ]),
    );
  }

  /** @param data [64, 64, 3] RGB, rows from the top */
  read(data: Uint8Array): ReadAttributes {
    const features = paletteFeatures(data);
    return {
      fur: furColours[likeliest(this.fur, features)]!,
      setting: settings[likeliest(this.setting, features)]!,
    };
  }
}

function likeliest(map: LinearMap, features: Float64Array): number {
  let best = 0;
  let bestScore = -Infinity;
  for (let answer = 0; answer < map.length / featureCount; answer++) {
    let score = 0;
    for (let i = 0; i < featureCount; i++) score += map[answer * featureCount + i]! * features[i]!;
    if (score > bestScore) [best, bestScore] = [answer, score];
  }
  return best;
}

/** The solution x of S x = b for a symmetric positive definite S, by Cholesky's S = L Lᵀ; uses both arrays up. */
function solvePositive(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!;
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * size + j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) vector[i]! -= matrix[i * size + k]! * vector[k]!;
    vector[i]! /= matrix[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) vector[i]! -= matrix[k * size + i]! * vector[k]!;
    vector[i]! /= matrix[i * size + i]!;
  }
  return vector;
}
