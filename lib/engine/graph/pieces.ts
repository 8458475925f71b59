/** Cuts a graph into smaller ones that are run one after the other, so that one of them at a time needs memory. */
import { Graph, type Node, type Tensor } from "./graph";
import { byteCount, liveBytes } from "./live-bytes";
import { nodesUsed } from "./used-tensors";

export type Piece = {
  /** Its outputs are those of the whole graph that it computes, and what it leaves for the pieces after it. */
  readonly graph: Graph;
  /** Names of outputs that are inputs of later pieces. */
  readonly leaves: readonly string[];
  /** Names of inputs, left by earlier pieces, that no later piece takes. */
  readonly usesLast: readonly string[];
};

/**
 * Pieces that compute about equally many bytes each, cut where little goes from one to the next. Together they compute
 * the graph's outputs; of its inputs and parameters each takes those that it needs.
 *
 * @param count about so many, at least 1
 */
export function cutIntoPieces(graph: Graph, count: number): Piece[] {
  const nodes = nodesUsed(graph);
  const ends = cutPoints(nodes, count);
  const makers = new Map<Tensor, number>();
  const lastUsers = new Map<Tensor, number>();
  let piece = 0;
  for (const [index, { inputs, outputs }] of nodes.entries()) {
    if (index === ends[piece]) piece++;
    for (const input of inputs) lastUsers.set(input, piece);
    for (const output of outputs) makers.set(output, piece);
  }
  const carried = [...makers].filter(([tensor, maker]) => maker < (lastUsers.get(tensor) ?? maker));
  const names = new Map(carried.map(([tensor], index) => [tensor, `carried.${index}`]));

  return ends.map((end, index) => {
    const copy = new PieceCopy(graph, `${graph.name}.${index}`, names);
    for (const node of nodes.slice(ends[index - 1] ?? 0, end)) copy.append(node);
    for (const [name, tensor] of graph.outputs) {
      if ((makers.get(tensor) ?? 0) === index) copy.graph.output(name, copy.of(tensor));
    }
    const leaves = carried.filter(([, maker]) => maker === index).map(([tensor]) => tensor);
    for (const tensor of leaves) copy.graph.output(names.get(tensor)!, copy.of(tensor));
    return {
      graph: copy.graph,
      leaves: leaves.map((tensor) => names.get(tensor)!),
      usesLast: carried
        .filter(([tensor]) => lastUsers.get(tensor) === index)
        .map(([tensor]) => names.get(tensor)!),
    };
  });
}

/** How far from its even share of the bytes a piece may end, so that the cut falls where little crosses it. */
const tolerance = 0.4;

/** The ends (excluded) of pieces in the order of `nodes`; the last is the number of nodes. */
function cutPoints(nodes: readonly Node[], count: number): number[] {
  const before = [0];
  for (const { outputs } of nodes) {
    before.push(outputs.reduce((sum, output) => sum + byteCount(output), before.at(-1)!));
  }
  const share = before.at(-1)! / count;
  const crossing = liveBytes(nodes);
  const ends: number[] = [];
  let start = 0;
  for (;;) {
    const isPast = (shares: number) => (bytes: number) => bytes >= before[start]! + shares * share;
    const latest = before.findIndex(isPast(1 + tolerance));
    if (latest === -1 || latest >= nodes.length) return [...ends, nodes.length];
    let best = Math.max(start + 1, before.findIndex(isPast(1 - tolerance)));
    for (let end = best; end <= latest; end++) if (crossing[end]! <= crossing[best]!) best = end;
    ends.push(best);
    start = best;
  }
}

class PieceCopy {
  readonly graph: Graph;
  readonly #whole: Graph;
  readonly #carriedNames: ReadonlyMap<Tensor, string>;
  readonly #copies = new Map<Tensor, Tensor>();

  constructor(whole: Graph, name: string, carriedNames: ReadonlyMap<Tensor, string>) {
    this.graph = new Graph(name);
    this.#whole = whole;
    this.#carriedNames = carriedNames;
  }

  append(node: Node): void {
    const outputs = node.again(node.inputs.map((input) => this.of(input)));
    for (const [index, output] of node.outputs.entries()) this.#copies.set(output, outputs[index]!);
  }

  /** The tensor of this piece for one of the whole graph. */
  of(tensor: Tensor): Tensor {
    const known = this.#copies.get(tensor);
    if (known) return known;
    const declared = this.#declare(tensor);
    this.#copies.set(tensor, declared);
    return declared;
  }

  #declare(tensor: Tensor): Tensor {
    const { name, shape, dtype } = tensor;
    const values = this.#whole.constants.get(tensor);
    if (values) return this.graph.constant(values, shape, dtype);
    const isParameter = this.#whole.parameters.get(name) === tensor;
    if (isParameter) return this.graph.parameter(name, shape);
    return this.graph.input(this.#carriedNames.get(tensor) ?? name, shape, dtype);
  }
}
