/** Arrays in double precision with one function per value: slow, but simple enough to be trusted. */
import { elementCount, type Shape } from "@/lib/engine/graph/tensor-type";

export class Naive {
  readonly shape: Shape;
  readonly data: Float64Array;

  constructor(shape: Shape, data: ArrayLike<number>) {
    this.shape = shape;
    this.data = Float64Array.from(data);
  }

  /** The value at an index; an index with more axes than the array, or beyond an axis of size 1, broadcasts. */
  at(index: readonly number[]): number {
    const own = index.slice(index.length - this.shape.length);
    const offset = this.shape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : own[axis]!), 0);
    return this.data[offset]!;
  }

  /** The value at an index, 0 outside the array. */
  atOrZero(index: readonly number[]): number {
    return index.every((place, axis) => place >= 0 && place < this.shape[axis]!) ? this.at(index) : 0;
  }
}

/** The array whose value at every index is what the function says. */
export function tabulate(shape: Shape, value: (index: number[]) => number): Naive {
  return new Naive(
    shape,
    indices(shape).map((index) => value(index)),
  );
}

/** Every index of a shape, the last axis fastest. */
export function indices(shape: Shape): number[][] {
  return Array.from({ length: elementCount(shape) }, (_, position) => {
    const index = Array<number>(shape.length);
    let rest = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return index;
  });
}

/** The sum of a function over every index of a shape. */
export function sumOver(shape: Shape, term: (index: number[]) => number): number {
  return indices(shape).reduce((sum, index) => sum + term(index), 0);
}
