/** Reverse-mode differentiation: appends to a graph the operations that compute a loss's gradients. */
import { SemblanceError } from "@/lib/errors";
import type { Tensor } from "./graph/graph";
import { elementCount, sameShape, shapeToText } from "./graph/tensor-type";
import { add, broadcastTo } from "./ops";

/**
 * The gradients of a scalar with respect to some of the tensors it was computed from, in their order and of
 * their shapes. A tensor the loss does not depend on has a gradient of zeros. The results are ordinary tensors
 * of the same graph and can be differentiated again.
 * @throws SemblanceError `shape_mismatch` if the loss is not a float32 scalar
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.dtype !== "float32" || elementCount(loss.shape) !== 1) {
    throw new SemblanceError(
      "shape_mismatch",
      `A loss must be one float32 number; "${loss.name}" is ${loss.dtype} ${shapeToText(loss.shape)}.`,
      { remedy: "Reduce it to a scalar, for example with reduceMean." },
    );
  }
  const { graph } = loss;
  const nodes = [...graph.nodes];
  const dependent = new Set(wrt);
  for (const node of nodes) {
    if (node.inputs.some((input) => dependent.has(input))) {
      for (const output of node.outputs) dependent.add(output);
    }
  }

  const gradientOf = new Map([[loss, onesLike(loss)]]);
  for (const node of nodes.reverse()) {
    if (!node.inputs.some((input) => dependent.has(input))) continue;
    if (!node.outputs.some((output) => gradientOf.has(output))) continue;
    const outputGradients = node.outputs.map((output) => gradientOf.get(output) ?? zerosLike(output));
    node.gradient(outputGradients).forEach((contribution, index) => {
      const input = node.inputs[index];
      if (!input || !contribution || !dependent.has(input)) return;
      if (!sameShape(contribution.shape, input.shape)) {
        throw new SemblanceError(
          "internal",
          `The gradient of ${node.operation} has shape ${shapeToText(contribution.shape)} for an input of ${shapeToText(input.shape)}.`,
        );
      }
      const sum = gradientOf.get(input);
      gradientOf.set(input, sum ? add(sum, contribution) : contribution);
    });
  }
  return wrt.map((tensor) => gradientOf.get(tensor) ?? zerosLike(tensor));
}

function zerosLike(tensor: Tensor): Tensor {
  return broadcastTo(tensor.graph.constant(0), tensor.shape);
}

function onesLike(tensor: Tensor): Tensor {
  return broadcastTo(tensor.graph.constant(1), tensor.shape);
}
