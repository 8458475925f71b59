/** Bilinear enlargement, by which the upsampler's low-resolution image reaches the size of its output. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";

/**
 * Enlarges x [N, C, h, w] to [N, C, size, size] bilinearly with half-pixel centres: a target pixel i is at
 * (i + 1/2) · h / size - 1/2 of the source, clamped to its edges (PyTorch's `align_corners=False`).
 */
export function enlargeBilinear(x: Tensor, size: number): Tensor {
  const { graph } = x;
  const [, , height, width] = x.shape as readonly [number, number, number, number];
  const rows = graph.constant(interpolationMatrix(height, size), [1, 1, size, height]);
  const columns = graph.constant(interpolationMatrix(width, size), [1, 1, size, width]);
  return op.matmul(op.matmul(rows, x), columns, { transposeB: true });
}

/** The matrix [to, from] that interpolates `from` samples linearly at the half-pixel centres of `to` samples. */
export function interpolationMatrix(from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let target = 0; target < to; target++) {
    const source = Math.max(0, ((target + 0.5) * from) / to - 0.5);
    const left = Math.min(Math.floor(source), from - 1);
    const right = Math.min(left + 1, from - 1);
    matrix[target * from + left]! += 1 - (source - left);
    matrix[target * from + right]! += source - left;
  }
  return matrix;
}
