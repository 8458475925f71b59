/** How kernels read what lies under the windows of an image. */
import type { Tensor } from "../graph/graph";
import type { ValueScope } from "../graph/kernel-emitter";
import type { FourAxes, Windows } from "./windows";

type Scope = ValueScope<Tensor>;

/** The coordinates of a flat index in a shape of four axes. */
export function coordinatesOf(
  scope: Scope,
  index: string,
  [, b, c, d]: FourAxes,
): [string, string, string, string] {
  const over = (by: number) => scope.name("u32", `${index} / ${by}u`);
  return [
    over(b * c * d),
    scope.name("u32", `${over(c * d)} % ${b}u`),
    scope.name("u32", `${over(d)} % ${c}u`),
    scope.name("u32", `${index} % ${d}u`),
  ];
}

/** The flat index of a place in a shape of four axes. */
export function indexOf(
  scope: Scope,
  [, b, c, d]: FourAxes,
  place: readonly [string, string, string, string],
): string {
  const [n, m, row, column] = place;
  return scope.name("u32", `((${n} * ${b}u + ${m}) * ${c}u + ${row}) * ${d}u + ${column}`);
}

/** A value at rows and columns (i32) that may lie outside, where it is `outside`. */
export function readInside(
  scope: Scope,
  x: Tensor,
  {
    image,
    channel,
    row,
    column,
    condition = "true",
    outside = "0.0",
  }: {
    readonly image: string;
    readonly channel: string;
    readonly row: string;
    readonly column: string;
    readonly condition?: string;
    readonly outside?: string;
  },
): string {
  const shape = x.shape as FourAxes;
  const bounds = `(${row} >= 0) & (${row} < ${shape[2]}) & (${column} >= 0) & (${column} < ${shape[3]})`;
  const inside = scope.name("bool", condition === "true" ? bounds : `${bounds} & ${condition}`);
  const place = indexOf(scope, shape, [image, channel, `u32(${row})`, `u32(${column})`]);
  const value = scope.read(x, scope.name("u32", `select(0u, ${place}, ${inside})`));
  return scope.name("f32", `select(${outside}, ${value}, ${inside})`);
}

/** Where a tap of a window lies on the image, in rows or columns (i32); axis 0 counts rows. */
export function underTap(
  scope: Scope,
  { stride, dilation, padding }: Windows,
  axis: 0 | 1,
  window: string,
  tap: string,
): string {
  return scope.name("i32", `i32(${window} * ${stride}u + ${tap} * ${dilation}u) - ${padding[axis]}`);
}
