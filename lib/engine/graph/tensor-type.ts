/** Shapes and data types: what is known of a tensor before it has a value. */

/** `float64` is for the products of statistics; of the operations only `matmul` and those on shapes take it. */
export type DataType = "float32" | "float64" | "int64" | "int32" | "uint8" | "bool";

export type Shape = readonly number[];

/** What a tensor holds at run time, row-major; `bool` is a Uint8Array of 0 and 1. */
export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

/** What is known of a tensor before it has a value. */
export type TensorType = { readonly shape: Shape; readonly dtype: DataType };

/** The number of values in a tensor of this shape; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** A shape as messages show it: `[2, 3, 64, 64]`. */
export function shapeToText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The type of array that holds values of a data type. */
export const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies { [Type in DataType]: unknown };
