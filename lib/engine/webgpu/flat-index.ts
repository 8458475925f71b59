/** Flat indices in WGSL: from the index of a result's value to that of an operand's. */
import type { Shape } from "../graph/tensor-type";

/** What names expressions; see ValueScope. */
type Names = { name(type: "u32", expression: string): string };

/** How far apart neighbours along each axis lie, row-major. */
export function stridesOf(shape: Shape): number[] {
  let stride = 1;
  return shape
    .toReversed()
    .map((size) => {
      const own = stride;
      stride *= size;
      return own;
    })
    .reverse();
}

/** For an operand that broadcasts to `shape`: its strides along the result's axes, 0 where it repeats. */
export function broadcastStrides(operand: Shape, shape: Shape): number[] {
  const strides = stridesOf(operand);
  const offset = shape.length - operand.length;
  return shape.map((_, axis) =>
    axis < offset || operand[axis - offset] === 1 ? 0 : strides[axis - offset]!,
  );
}

type Axis = { readonly size: number; readonly stride: number };

/**
 * Σ coordinate · stride + offset for the coordinates of `index` in `shape`; a negative stride walks backwards.
 * Axes that lie one in the other are taken together, so that what does not move costs nothing.
 */
export function stridedIndex(
  names: Names,
  index: string,
  {
    shape,
    strides,
    offset = 0,
  }: { readonly shape: Shape; readonly strides: readonly number[]; readonly offset?: number },
): string {
  const axes: Axis[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const [last, stride] = [axes.at(-1), strides[axis]!];
    if (last && last.stride === stride * size) axes[axes.length - 1] = { size: last.size * size, stride };
    else axes.push({ size, stride });
  }
  const sizes = stridesOf(axes.map(({ size }) => size));
  const [added, subtracted]: [string[], string[]] = [offset === 0 ? [] : [`${offset}u`], []];
  for (const [place, { stride }] of axes.entries()) {
    if (stride === 0) continue;
    const over = sizes[place]! === 1 ? index : names.name("u32", `${index} / ${sizes[place]}u`);
    const coordinate = place === 0 ? over : names.name("u32", `${over} % ${axes[place]!.size}u`);
    const distance = Math.abs(stride);
    (stride > 0 ? added : subtracted).push(distance === 1 ? coordinate : `${coordinate} * ${distance}u`);
  }
  if (added.length === 0) added.push("0u");
  const expression = [added.join(" + "), ...subtracted].join(" - ");
  return /^(\w+)$/.test(expression) ? expression : names.name("u32", expression);
}

/** The coordinate of `index` along one axis of `shape`. */
export function coordinate(names: Names, index: string, shape: Shape, axis: number): string {
  const strides = shape.map((_, other) => (other === axis ? 1 : 0));
  return stridedIndex(names, index, { shape, strides });
}
