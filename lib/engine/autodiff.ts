/** Reverse-mode differentiation: appends to a graph the operations that compute a loss's gradients. */
import { SemblanceError } from "@/lib/errors";
import type { Block, Graph, Node, Tensor } from "./graph/graph";
import { elementCount, sameShape, shapeToText } from "./graph/tensor-type";
import { add, broadcastTo } from "./ops";

export type GradientOptions = {
  /**
   * Default: false. True appends every block of the graph once more before its gradients (Chen et al. 2016, "Training
   * Deep Nets with Sublinear Memory Cost"), so that only what goes into a block is kept for them. Sessions that run the
   * nodes in their order, or in pieces (see PiecewiseSession), need less memory then, and about a third more time.
   */
  readonly recomputesBlocks?: boolean;
};

/**
 * The gradients of a scalar with respect to some of the tensors it was computed from, in their order and of
 * their shapes. A tensor the loss does not depend on has a gradient of zeros. The results are ordinary tensors
 * of the same graph and can be differentiated again.
 * @throws SemblanceError `shape_mismatch` if the loss is not a float32 scalar
 */
export function gradients(
  loss: Tensor,
  wrt: readonly Tensor[],
  { recomputesBlocks = false }: GradientOptions = {},
): Tensor[] {
  if (loss.dtype !== "float32" || elementCount(loss.shape) !== 1) {
    throw new SemblanceError(
      "shape_mismatch",
      `A loss must be one float32 number; "${loss.name}" is ${loss.dtype} ${shapeToText(loss.shape)}.`,
      { remedy: "Reduce it to a scalar, for example with reduceMean." },
    );
  }
  const { graph } = loss;
  const pass = new BackwardPass(loss, wrt);
  for (const { start, end, isBlock } of stretches(graph, recomputesBlocks).reverse()) {
    const nodes = graph.nodes.slice(start, end);
    if (isBlock) pass.throughCopyOf(nodes);
    else pass.through(nodes);
  }
  return wrt.map((tensor) => pass.gradientOf.get(tensor) ?? zerosLike(tensor));
}

/** The graph's nodes in one stretch, or cut at the beginnings and ends of its blocks. */
function stretches({ nodes, blocks }: Graph, atBlocks: boolean): (Block & { isBlock: boolean })[] {
  const cuts = [];
  let start = 0;
  for (const block of atBlocks ? blocks : []) {
    cuts.push({ start, end: block.start, isBlock: false }, { ...block, isBlock: true });
    start = block.end;
  }
  return [...cuts, { start, end: nodes.length, isBlock: false }];
}

class BackwardPass {
  /** The gradient of the loss by each tensor, as far as the pass has come. */
  readonly gradientOf: Map<Tensor, Tensor>;
  /** What depends on the tensors that gradients are asked for, and these themselves. */
  private readonly dependent: Set<Tensor>;

  constructor(loss: Tensor, wrt: readonly Tensor[]) {
    this.dependent = new Set(wrt);
    for (const { inputs, outputs } of loss.graph.nodes) {
      if (!inputs.some((input) => this.dependent.has(input))) continue;
      for (const output of outputs) this.dependent.add(output);
    }
    this.gradientOf = new Map([[loss, onesLike(loss)]]);
  }

  /** Takes the gradients from the outputs of consecutive nodes to their inputs. */
  through(nodes: readonly Node[]): void {
    const { gradientOf, dependent } = this;
    for (const node of [...nodes].reverse()) {
      if (!node.inputs.some((input) => dependent.has(input))) continue;
      if (!node.outputs.some((output) => gradientOf.has(output))) continue;
      const outputGradients = node.outputs.map((output) => gradientOf.get(output) ?? zerosLike(output));
      const contributions = inPrecisionOf(node, () => node.gradient(outputGradients));
      contributions.forEach((contribution, index) => {
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
  }

  /** The same for a block: appends it once more, so that its gradients need nothing of what it computed before. */
  throughCopyOf(nodes: readonly Node[]): void {
    const { gradientOf, dependent } = this;
    const reached = nodes.some(({ outputs }) => outputs.some((output) => gradientOf.has(output)));
    if (!reached) return;
    const [{ graph }] = nodes[0]!.outputs as readonly [Tensor];
    const start = graph.nodes.length;
    const copyOf = new Map<Tensor, Tensor>();
    for (const node of nodes) {
      const inputs = node.inputs.map((input) => copyOf.get(input) ?? input);
      const copies = inPrecisionOf(node, () => node.again(inputs));
      node.outputs.forEach((output, index) => {
        copyOf.set(output, copies[index]!);
      });
    }
    for (const [output, copy] of copyOf) {
      const gradient = gradientOf.get(output);
      if (gradient) gradientOf.set(copy, gradient);
      if (dependent.has(output)) dependent.add(copy);
    }
    this.through(graph.nodes.slice(start));
    for (const [output, copy] of copyOf) {
      const gradient = gradientOf.get(copy);
      if (gradient) gradientOf.set(output, gradient);
    }
  }
}

/** What belongs to a node needs as much precision as the node. */
function inPrecisionOf<Result>({ outputs: [output] }: Node, build: () => Result): Result {
  const { graph } = output!;
  return graph.isInFullPrecision(output!) ? graph.inFullPrecision(build) : build();
}

function zerosLike(tensor: Tensor): Tensor {
  return broadcastTo(tensor.graph.constant(0), tensor.shape);
}

function onesLike(tensor: Tensor): Tensor {
  return broadcastTo(tensor.graph.constant(1), tensor.shape);
}
