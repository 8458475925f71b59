/** How kernels look up values that only moved: repeated, permuted, cut out or turned around. */
import type { Tensor } from "../graph/graph";
import type { ValueScope } from "../graph/kernel-emitter";
import type { Shape } from "../graph/tensor-type";
import { broadcastStrides, stridedIndex } from "../webgpu/flat-index";

/** The value of `x`, which broadcasts to `shape`, that belongs to the scope's index in `shape`. */
export function readBroadcast(scope: ValueScope<Tensor>, x: Tensor, shape: Shape): string {
  return readStrided(scope, x, { shape, strides: broadcastStrides(x.shape, shape) });
}

/** The value of `x` at Σ coordinate · stride + offset, for the coordinates of the scope's index in `shape`. */
export function readStrided(
  scope: ValueScope<Tensor>,
  x: Tensor,
  place: { readonly shape: Shape; readonly strides: readonly number[]; readonly offset?: number },
): string {
  return scope.read(x, stridedIndex(scope, scope.index, place));
}
