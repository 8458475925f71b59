/** The number formats that tensors have on disk, and what each becomes in memory. */
import { bfloat16ToFloat32, halfToFloat32 } from "@/lib/numerics/half-precision";

export type StoredDataType =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float64"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool";

/** What a stored tensor becomes in memory: half formats as Float32Array, bool as Uint8Array of 0 and 1. */
export type StoredData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** Bytes per element on disk. */
export const bytesPerElement: Readonly<Record<StoredDataType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** An array of zeros that holds `length` elements of `dtype` without loss. */
export function allocateStoredData(dtype: StoredDataType, length: number): StoredData {
  switch (dtype) {
    case "float32":
    case "float16":
    case "bfloat16":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "int64":
      return new BigInt64Array(length);
    case "int32":
      return new Int32Array(length);
    case "int16":
      return new Int16Array(length);
    case "int8":
      return new Int8Array(length);
    case "uint8":
    case "bool":
      return new Uint8Array(length);
  }
}

/** Whether the bytes on disk are the bytes of the array in memory, so that a file can be read straight into it. */
export function isStoredAsInMemory(dtype: StoredDataType): boolean {
  return dtype !== "float16" && dtype !== "bfloat16" && dtype !== "bool";
}

/** Reads element number `index` of the little-endian elements in `bytes`. */
export type ElementReader = (bytes: DataView, index: number) => number | bigint;

/** Readers of single elements, one for every format on disk. */
export const elementReaders: Readonly<Record<StoredDataType, ElementReader>> = {
  float32: (bytes, index) => bytes.getFloat32(index * 4, true),
  float16: (bytes, index) => halfToFloat32(bytes.getUint16(index * 2, true)),
  bfloat16: (bytes, index) => bfloat16ToFloat32(bytes.getUint16(index * 2, true)),
  float64: (bytes, index) => bytes.getFloat64(index * 8, true),
  int64: (bytes, index) => bytes.getBigInt64(index * 8, true),
  int32: (bytes, index) => bytes.getInt32(index * 4, true),
  int16: (bytes, index) => bytes.getInt16(index * 2, true),
  int8: (bytes, index) => bytes.getInt8(index),
  uint8: (bytes, index) => bytes.getUint8(index),
  bool: (bytes, index) => (bytes.getUint8(index) === 0 ? 0 : 1),
};
