/** How much memory the values of a graph take while its nodes run in their order. */
import type { Node, Tensor } from "./graph";
import { arrayTypes, elementCount, type TensorType } from "./tensor-type";

/** At every place between two nodes, from before the first to behind the last: bytes computed before and needed after. */
export function liveBytes(nodes: readonly Node[]): number[] {
  const bornAt = new Map<Tensor, number>();
  const lastUse = new Map<Tensor, number>();
  for (const [index, { inputs, outputs }] of nodes.entries()) {
    for (const output of outputs) bornAt.set(output, index);
    for (const input of inputs) if (bornAt.has(input)) lastUse.set(input, index);
  }
  const changes = Array<number>(nodes.length + 1).fill(0);
  for (const [tensor, last] of lastUse) {
    changes[bornAt.get(tensor)! + 1]! += byteCount(tensor);
    changes[last + 1]! -= byteCount(tensor);
  }
  let sum = 0;
  return changes.map((change) => {
    sum += change;
    return sum;
  });
}

export function byteCount({ shape, dtype }: TensorType): number {
  return elementCount(shape) * arrayTypes[dtype].BYTES_PER_ELEMENT;
}
