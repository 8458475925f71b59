/** What a graph's outputs depend on; the rest is neither computed nor fed. */
import type { Graph, Node, Tensor } from "./graph";

export function tensorsUsed(graph: Graph): ReadonlySet<Tensor> {
  const used = new Set(graph.outputs.values());
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => used.has(output))) continue;
    for (const input of node.inputs) used.add(input);
  }
  return used;
}

/** The nodes that some output depends on, in their order. */
export function nodesUsed(graph: Graph): Node[] {
  const used = tensorsUsed(graph);
  return graph.nodes.filter(({ outputs }) => outputs.some((output) => used.has(output)));
}

/** The parameters that some output depends on. */
export function usedParameters(graph: Graph): Tensor[] {
  const used = tensorsUsed(graph);
  return [...graph.parameters.values()].filter((tensor) => used.has(tensor));
}

/** The inputs that some output depends on; a run need not feed the others. */
export function usedInputs(graph: Graph): Tensor[] {
  const used = tensorsUsed(graph);
  return [...graph.inputs.values()].filter((tensor) => used.has(tensor));
}
