/** The identity that gradients do not pass: what is behind it counts as given. */
import type { Tensor } from "../graph/graph";
import { defineOperation } from "../graph/operation";

const applyStopGradient = defineOperation<[x: Tensor], [y: Tensor]>({
  name: "stopGradient",
  infer: ([x]) => [x],
  emit: (onnx, { inputs, outputs }) => onnx.node({ type: "Identity", inputs, outputs }),
  lower: (card, { inputs: [x], outputs: [y] }) => card.view(y, x),
  gradient: () => [null],
});

/** x itself, as a constant in the eyes of `gradients`. */
export function stopGradient(x: Tensor): Tensor {
  return applyStopGradient([x], {})[0];
}
