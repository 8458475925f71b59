/** Tensors as they are given to what writes files. */
import { SemblanceError } from "@/lib/errors";
import { float32ToBfloat16, float32ToHalf } from "@/lib/numerics/half-precision";
import { allocateStoredData, type StoredData, type StoredDataType } from "./stored-dtype";
import { shapeToLength } from "./stored-tensor";

/** A tensor to write. float16 and bfloat16 are given as Float32Array and rounded; bool as Uint8Array of 0 and 1. */
export interface TensorToWrite {
  readonly dtype: StoredDataType;
  readonly shape: readonly number[];
  readonly data: StoredData;
}

/** Tensors of a file whose data is read while the file is written, so that they need not be in memory together. */
export interface TensorStream {
  /** All of them, by name. */
  readonly tensors: ReadonlyMap<string, Omit<TensorToWrite, "data">>;
  /** The data of the named ones, in the order in which they are named. */
  readonly read: (names: readonly string[]) => AsyncIterable<StoredData>;
}

/** Tensors that are in memory already. */
export function streamOf(tensors: ReadonlyMap<string, TensorToWrite>): TensorStream {
  return {
    tensors,
    async *read(names) {
      for (const name of names) yield tensors.get(name)!.data;
    },
  };
}

/**
 * The named tensors with their data, one after the other.
 *
 * @throws SemblanceError `invalid_input` for data that does not fit its tensor's shape or type
 */
export async function* readInTurn(
  { tensors, read }: TensorStream,
  names: readonly string[],
): AsyncGenerator<TensorToWrite, void, undefined> {
  let index = 0;
  for await (const data of read(names)) {
    const name = names[index++]!;
    const tensor = { ...tensors.get(name)!, data };
    checkData(name, tensor);
    yield tensor;
  }
}

function checkData(name: string, { dtype, shape, data }: TensorToWrite): void {
  if (data.constructor !== allocateStoredData(dtype, 0).constructor) {
    throw unwritableTensor(name, `${dtype} is not stored in a ${data.constructor.name}`);
  }
  if (data.length !== shapeToLength(shape)) {
    throw unwritableTensor(name, `its shape [${shape.join(", ")}] does not have ${data.length} elements`);
  }
}

export function unwritableTensor(name: string, what: string): SemblanceError {
  return new SemblanceError("invalid_input", `Tensor ${name} cannot be written: ${what}.`, {
    remedy: "Give each tensor data of its own type, as long as its shape says.",
    details: { tensor: name },
  });
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
