/** Where a tensor is in a file, and how to read it into memory without reading anything else. */
import { type CheckpointFile, damagedFileError } from "./checkpoint-file";
import {
  allocateStoredData,
  bytesPerElement,
  elementReaders,
  isStoredAsInMemory,
  type StoredData,
  type StoredDataType,
} from "./stored-dtype";

/** A run of elements of one type in a file. */
export interface StoredBlock {
  readonly dtype: StoredDataType;
  /** Position of the first element in the file, in bytes. */
  readonly position: number;
  /** Number of elements. */
  readonly length: number;
}

/** A tensor as a strided view of a block; `offset` and `strides` count elements. */
export interface StoredTensor {
  readonly dtype: StoredDataType;
  readonly shape: readonly number[];
  readonly block: StoredBlock;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Most axes of a tensor; PyTorch's own limit. */
export const mostAxes = 64;

/** Elements converted at a time; bounds the memory needed besides the result. */
const windowBytes = 8 * 2 ** 20;

/** A tensor that repeats its elements (stride 0) may not be larger than this, or a few bytes could fill the memory. */
const largestRepeatingTensor = 2 ** 20;

/** The number of elements of a shape; 1 for a scalar. */
export function shapeToLength(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The strides of a tensor whose elements are one after the other, last axis fastest. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

interface Axis {
  readonly size: number;
  readonly sourceStride: number;
  readonly targetStride: number;
}

/** The axes that move, slowest in the file first; neighbours that are one run in file and result are merged. */
function axesInFileOrder(tensor: StoredTensor): Axis[] {
  const targetStrides = contiguousStrides(tensor.shape);
  const axes = tensor.shape
    .map((size, axis) => ({
      size,
      sourceStride: tensor.strides[axis] as number,
      targetStride: targetStrides[axis] as number,
    }))
    .filter(({ size }) => size !== 1)
    .sort((a, b) => b.sourceStride - a.sourceStride || b.targetStride - a.targetStride);
  const merged: Axis[] = [];
  for (const axis of axes) {
    const outer = merged.at(-1);
    if (
      outer !== undefined &&
      outer.sourceStride === axis.sourceStride * axis.size &&
      outer.targetStride === axis.targetStride * axis.size
    ) {
      merged[merged.length - 1] = { ...axis, size: outer.size * axis.size };
    } else {
      merged.push(axis);
    }
  }
  return merged;
}

/**
 * Checks that a tensor is inside its block and that reading it takes time and memory in proportion to the block.
 *
 * @throws SemblanceError invalid_file naming the tensor.
 */
export function checkStoredTensor(fileName: string, name: string, tensor: StoredTensor): void {
  const fail = (what: string) => damagedFileError(fileName, `tensor ${name} ${what}.`);
  const { shape, strides, offset, block } = tensor;
  if (shape.length !== strides.length) throw fail("does not have one stride per axis");
  if (shape.length > mostAxes) throw fail(`has ${shape.length} axes`);
  if (![offset, ...shape, ...strides].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw fail("has a size, stride or offset that is not a whole number of at least 0");
  }
  const length = shapeToLength(shape);
  if (length === 0) return;
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), offset);
  if (!Number.isSafeInteger(length) || !(last < block.length)) {
    throw fail(`reaches element ${last}, but its storage has ${block.length} elements`);
  }
  const axes = axesInFileOrder(tensor);
  const repeats = axes.some(({ sourceStride }) => sourceStride === 0);
  if (repeats && length > largestRepeatingTensor) {
    throw fail(`repeats its elements to ${length}, more than ${largestRepeatingTensor}`);
  }
  let innerExtent = 1;
  for (const { size, sourceStride } of axes.toReversed()) {
    if (sourceStride === 0) continue;
    if (sourceStride < innerExtent) throw fail("overlaps itself");
    innerExtent = (size - 1) * sourceStride + innerExtent;
  }
}

/** Reads a checked tensor as the array its type has in memory, row-major. */
export function readStoredTensor(file: CheckpointFile, tensor: StoredTensor): Promise<StoredData> {
  return readInto(file, tensor, allocateStoredData(tensor.dtype, shapeToLength(tensor.shape)));
}

/** Reads a checked tensor as float32, row-major; other types are converted (int64 and float64 are rounded). */
export async function readStoredTensorAsFloat32(
  file: CheckpointFile,
  tensor: StoredTensor,
): Promise<Float32Array<ArrayBuffer>> {
  const target = new Float32Array(shapeToLength(tensor.shape));
  await readInto(file, tensor, target);
  return target;
}

async function readInto<Data extends StoredData>(
  file: CheckpointFile,
  tensor: StoredTensor,
  target: Data,
): Promise<Data> {
  if (target.length === 0) return target;
  const axes = axesInFileOrder(tensor);
  const isOneRun = axes.length === 0 || (axes.length === 1 && axes[0]?.sourceStride === 1);
  const storesTargetsType = isStoredAsInMemory(tensor.dtype) && isArrayOf(tensor.dtype, target);
  if (isOneRun && storesTargetsType) {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    await file.readInto(bytes, tensor.block.position + tensor.offset * bytesPerElement[tensor.dtype]);
    return target;
  }
  await gather(file, tensor, axes, target);
  return target;
}

function isArrayOf(dtype: StoredDataType, target: StoredData): boolean {
  return allocateStoredData(dtype, 0).constructor === target.constructor;
}

/**
 * Copies a strided tensor element by element through a window that slides over the file.
 *
 * The axes come slowest first and do not overlap, so that the position in the file never goes back and each byte
 * is read at most once.
 */
async function gather(
  file: CheckpointFile,
  tensor: StoredTensor,
  axes: readonly Axis[],
  target: StoredData,
): Promise<void> {
  const elementBytes = bytesPerElement[tensor.dtype];
  const read = elementReaders[tensor.dtype];
  const convert = target instanceof BigInt64Array ? BigInt : Number;
  const windowLength = windowBytes / elementBytes;
  const lastSource = axes.reduce((sum, axis) => sum + (axis.size - 1) * axis.sourceStride, tensor.offset);
  const inner = axes.at(-1) ?? { size: 1, sourceStride: 1, targetStride: 1 };
  const outer = axes.slice(0, -1);
  const counters = new Array<number>(outer.length).fill(0);

  let windowStart = 0;
  let windowEnd = 0;
  let window = new DataView(new ArrayBuffer(0));
  const moveWindowTo = async (source: number) => {
    windowStart = source;
    windowEnd = Math.min(source + windowLength, lastSource + 1);
    const bytes = new Uint8Array((windowEnd - windowStart) * elementBytes);
    await file.readInto(bytes, tensor.block.position + windowStart * elementBytes);
    window = new DataView(bytes.buffer);
  };

  for (;;) {
    let source = tensor.offset;
    let destination = 0;
    for (const [axis, { sourceStride, targetStride }] of outer.entries()) {
      source += (counters[axis] as number) * sourceStride;
      destination += (counters[axis] as number) * targetStride;
    }
    for (let index = 0; index < inner.size; index++) {
      if (source >= windowEnd) await moveWindowTo(source);
      target[destination] = convert(read(window, source - windowStart));
      source += inner.sourceStride;
      destination += inner.targetStride;
    }
    let axis = outer.length - 1;
    while (axis >= 0 && counters[axis] === (outer[axis] as Axis).size - 1) counters[axis--] = 0;
    if (axis < 0) return;
    counters[axis] = (counters[axis] as number) + 1;
  }
}
