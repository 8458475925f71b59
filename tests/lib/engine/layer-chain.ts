/** A small network for tests of memory: layers in a row with their gradients, each layer a block. */
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { Random } from "@/lib/numerics/random";

/** Every layer keeps seven values for each value of `x` [size, size] that it takes, unless its block is recomputed. */
export function layerChain({
  size,
  layers,
  recomputesBlocks,
}: {
  size: number;
  layers: number;
  recomputesBlocks: boolean;
}): Graph {
  const graph = new Graph("chain");
  const [x, isKept] = [graph.input("x", [size, size]), graph.input("kept", [size, size], "bool")];
  let h = op.where(isKept, x, graph.constant(0));
  for (let layer = 0; layer < layers; layer++) {
    const [input, weight] = [h, graph.parameter(`w${layer}`, [size, 1])];
    const half = (x: Tensor) => op.tanh(op.silu(op.mul(x, weight)));
    h = graph.block(() => op.add(input, half(half(input))));
  }
  const loss = op.reduceMean(op.square(h), [0, 1]);
  const derivatives = gradients(loss, [...graph.parameters.values()], { recomputesBlocks });
  for (const [index, gradient] of derivatives.entries()) graph.output(`d${index}`, gradient);
  graph.output("loss", loss);
  graph.output("x itself", x);
  return graph;
}

/** Random values for everything that a chain is fed. */
export function chainFeeds(size: number, layers: number) {
  const random = new Random(1);
  return {
    x: random.normals(size * size),
    kept: Uint8Array.from({ length: size * size }, (_, index) => index % 2),
    ...Object.fromEntries(
      Array.from({ length: layers }, (_, layer) => [`w${layer}`, random.normals(size)] as const),
    ),
  };
}
