/** How arrays lie on the card: float32 as they are or in halves, whole numbers as 32-bit ones, fed bytes four to a word. */
import { SemblanceError } from "@/lib/errors";
import { float32ToHalf } from "@/lib/numerics/half-precision";
import type { Graph, Tensor } from "../graph/graph";
import type { TensorData } from "../graph/tensor-type";
import { tensorsUsed } from "../graph/used-tensors";

/** @throws SemblanceError `invalid_input` naming a tensor in double precision, which WebGPU does not have */
export function refuseFloat64(graph: Graph): void {
  for (const tensor of tensorsUsed(graph)) {
    if (tensor.dtype !== "float64") continue;
    throw new SemblanceError(
      "invalid_input",
      `Graph "${graph.name}" computes "${tensor.name}" in double precision, which WebGPU does not have.`,
      { remedy: "Run this graph on the processor." },
    );
  }
}

/**
 * The words that hold a tensor's values.
 *
 * @param packed as bytes, four to a word; the last word is filled with zeros
 * @throws SemblanceError `invalid_input` where an int64 value has more than 32 bits
 */
export function toCard(
  { name }: Pick<Tensor, "name">,
  data: TensorData,
  packed: boolean,
): Float32Array | Int32Array | Uint8Array {
  if (data instanceof Float32Array || data instanceof Int32Array) return unshared(data);
  if (data instanceof BigInt64Array) return narrowed(name, data);
  if (!packed || data instanceof Float64Array) return Int32Array.from(data);
  if (data.length % 4 === 0) return data;
  const filled = new Uint8Array(4 * Math.ceil(data.length / 4));
  filled.set(data);
  return filled;
}

/**
 * The words that hold a tensor's values in halves, two to a word.
 * @throws SemblanceError `invalid_input` where a value is too large for one
 */
export function toHalves({ name }: Pick<Tensor, "name">, data: Float32Array): Uint8Array {
  const halves = new Uint16Array(2 * Math.ceil(data.length / 2));
  for (let index = 0; index < data.length; index++) {
    const half = float32ToHalf(data[index]!);
    halves[index] = half;
    if ((half & 0x7fff) !== 0x7c00) continue;
    throw new SemblanceError(
      "invalid_input",
      `"${name}" holds ${data[index]}, which half precision does not.`,
      {
        remedy: "Run this model in float32.",
      },
    );
  }
  return new Uint8Array(halves.buffer);
}

function narrowed(name: string, values: BigInt64Array): Int32Array {
  const narrow = new Int32Array(values.length);
  for (const [index, value] of values.entries()) {
    narrow[index] = Number(value);
    if (BigInt(narrow[index]!) === value) continue;
    throw new SemblanceError(
      "invalid_input",
      `"${name}" holds ${value}, which WebGPU's 32-bit integers do not.`,
      {
        remedy: "Keep whole numbers between -2147483648 and 2147483647, or run on the processor.",
      },
    );
  }
  return narrow;
}

/** Writes what the card holds into an array of the tensor's type. */
export function fromCard(bytes: ArrayBuffer, target: TensorData, packed: boolean): void {
  if (target instanceof Float32Array) target.set(new Float32Array(bytes, 0, target.length));
  else if (packed) target.set(new Uint8Array(bytes, 0, target.length) as never);
  else {
    const values = new Int32Array(bytes, 0, target.length);
    if (target instanceof BigInt64Array)
      for (const [index, value] of values.entries()) target[index] = BigInt(value);
    else target.set(values);
  }
}

/** Dawn does not read memory that threads share. */
function unshared<Values extends Float32Array | Int32Array>(values: Values): Values {
  return values.buffer instanceof SharedArrayBuffer ? (values.slice() as Values) : values;
}
