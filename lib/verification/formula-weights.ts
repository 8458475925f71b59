/** Weights for convolutional networks (FID Inception, SSCD) by the reference values' formula, so that no large file is needed. */
import type { Weight } from "@/lib/engine/graph/weights";

/** Tensors in sorted order, number j element i from sin(12.9898 i + 78.233 j), scaled by the kind of tensor. */
export function formulaWeights(tensors: { name: string; shape: number[] }[]): Map<string, Weight> {
  return new Map(
    tensors.map(({ name, shape }, j) => {
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
      for (let i = 0; i < data.length; i++) {
        const s = Math.sin(12.9898 * i + 78.233 * j);
        if (shape.length === 4) data[i] = s * Math.SQRT2 * Math.sqrt(2 / fanIn);
        else if (name.endsWith("running_var") || (shape.length === 1 && name.endsWith(".weight")))
          data[i] = 1 + 0.1 * s;
        else data[i] = 0.1 * s;
      }
      return [name, { shape, data }];
    }),
  );
}
