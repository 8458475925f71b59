/** Tensors as they are given to what writes files. */
import { float32ToBfloat16, float32ToHalf } from "@/lib/numerics/half-precision";
import type { StoredData, StoredDataType } from "./stored-dtype";

/** A tensor to write. float16 and bfloat16 are given as Float32Array and rounded; bool as Uint8Array of 0 and 1. */
export interface TensorToWrite {
  readonly dtype: StoredDataType;
  readonly shape: readonly number[];
  readonly data: StoredData;
}

/** Elements converted at a time; bounds the memory needed besides the tensors themselves. */
const chunkLength = 2 ** 20;

/** The tensor's bytes as they are in files, little-endian, piece by piece. */
export function* tensorBytes({ dtype, data }: TensorToWrite): Generator<Uint8Array<ArrayBuffer>> {
  const round = dtype === "float16" ? float32ToHalf : dtype === "bfloat16" ? float32ToBfloat16 : null;
  for (let start = 0; start < data.length; start += chunkLength) {
    const piece = data.subarray(start, start + chunkLength);
    const bytes = round !== null && piece instanceof Float32Array ? Uint16Array.from(piece, round) : piece;
    yield new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
