/** Counts the values of a stored tensor that are not finite float32, without holding more than a piece of it. */
import type { CheckpointFile } from "./checkpoint-file";
import { bytesPerElement, type StoredDataType } from "./stored-dtype";
import {
  contiguousStrides,
  readStoredTensorAsFloat32,
  type StoredTensor,
  shapeToLength,
} from "./stored-tensor";

/** Elements looked at between two turns of the event loop: some milliseconds. */
const pieceLength = 2 ** 20;

type Count = (bytes: ArrayBuffer) => number;

/** A floating-point number whose exponent has all bits set is NaN or infinite. */
const counters: Partial<Record<StoredDataType, Count>> = {
  float32: (bytes) => countWith(new Uint32Array(bytes), 0x7f800000),
  float16: (bytes) => countWith(new Uint16Array(bytes), 0x7c00),
  bfloat16: (bytes) => countWith(new Uint16Array(bytes), 0x7f80),
  float64(bytes) {
    let count = 0;
    for (const value of new Float64Array(bytes)) if (!Number.isFinite(Math.fround(value))) count++;
    return count;
  },
};

/** 0 for whole numbers; float64 values too large for float32 count as infinite. */
export async function countNonFinite(file: CheckpointFile, tensor: StoredTensor): Promise<number> {
  const { dtype, shape, block, offset, strides } = tensor;
  const count = counters[dtype];
  if (!count) return 0;
  const length = shapeToLength(shape);
  const inOrder = contiguousStrides(shape).every(
    (stride, axis) => shape[axis] === 1 || stride === strides[axis],
  );
  if (!inOrder) return countNonFiniteIn(await readStoredTensorAsFloat32(file, tensor));
  let found = 0;
  for (let start = 0; start < length; start += pieceLength) {
    const bytes = new Uint8Array(Math.min(pieceLength, length - start) * bytesPerElement[dtype]);
    await file.readInto(bytes, block.position + (offset + start) * bytesPerElement[dtype]);
    found += count(bytes.buffer);
  }
  return found;
}

/** The same of values in memory. */
export function countNonFiniteIn({ buffer, byteOffset, length }: Float32Array): number {
  return countWith(new Uint32Array(buffer, byteOffset, length), 0x7f800000);
}

function countWith(bits: Uint16Array | Uint32Array, mask: number): number {
  let count = 0;
  for (let index = 0; index < bits.length; index++) if ((bits[index]! & mask) === mask) count++;
  return count;
}
