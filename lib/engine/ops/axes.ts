/** How operations read axis numbers: negative ones count from the end. */
import type { Tensor } from "../graph/graph";
import { operandError } from "../graph/operation";

/** @throws SemblanceError `shape_mismatch` if the tensor has no such axis */
export function axisOf(operation: string, x: Tensor, axis: number): number {
  const rank = x.shape.length;
  const index = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && index >= 0 && index < rank) return index;
  throw operandError(operation, [x], `there is no axis ${axis}`);
}

/** Sorted, without repetition. */
export function axesOf(operation: string, x: Tensor, axes: readonly number[]): number[] {
  return [...new Set(axes.map((axis) => axisOf(operation, x, axis)))].sort((a, b) => a - b);
}
