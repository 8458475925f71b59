/** A graph as dispatches over values in memory. */

import type { Graph, Tensor } from "../graph/graph";
import { elementCount } from "../graph/tensor-type";
import type { Dispatch, Program, Target } from "./dispatch";
import { floatLiteral } from "./float-literal";
import { chooseComputed } from "./fusion";
import { chooseHalves, type Storage, withHalves } from "./half-storage";
import {
  type Definition,
  isScratch,
  type LoweredGraph,
  lowerGraph,
  type Scratch,
  type Stored,
} from "./lowering";
import { bytesOf } from "./memory-plan";
import { mergeDispatches } from "./merging";
import { type Source, type SourceOf, scalarType } from "./value-code";
import { type Binding, mapKernel, reduceKernel, spreadOf } from "./value-kernels";

export function buildProgram(graph: Graph, target: Target, storage: Storage = "float32"): Program {
  const { mostBuffers, tuning } = target;
  const lowered = lowerGraph(graph, tuning);
  // One is the result, another the pieces of a sum.
  const halves = chooseHalves(graph, lowered, storage);
  const builder = new ProgramBuilder(graph, lowered, { mostReads: mostBuffers - 2, halves });
  for (const definition of lowered.definitions) builder.add(definition);
  const dispatches = mergeDispatches(builder.dispatches, target, halves);
  const written = new Set(dispatches.flatMap(({ writes }) => writes));
  const used = [...lowered.outputs.values(), ...dispatches.flatMap(({ reads }) => reads)];
  const given = new Set(used.filter((value): value is Tensor => !isScratch(value) && !written.has(value)));
  return { dispatches, outputs: lowered.outputs, given, halves };
}

class ProgramBuilder {
  readonly dispatches: Dispatch[] = [];
  readonly #graph: Graph;
  readonly #originOf: LoweredGraph["originOf"];
  readonly #computed: ReturnType<typeof chooseComputed>;
  readonly #halves: ReadonlySet<Stored>;

  constructor(
    graph: Graph,
    lowered: LoweredGraph,
    { mostReads, halves }: { mostReads: number; halves: ReadonlySet<Stored> },
  ) {
    this.#graph = graph;
    this.#halves = halves;
    this.#originOf = lowered.originOf;
    this.#computed = chooseComputed(lowered, mostReads, (tensor) => this.#literalOf(tensor) !== null);
  }

  add(definition: Definition): void {
    if (definition.kind === "run") {
      this.#push(definition);
    } else if (definition.kind === "reduce") {
      this.#addReduction(definition);
    } else if (!this.#computed.has(definition.y)) {
      const { reads, bindings, sourceOf } = this.#operands(definition.rule.reads);
      const inPairs = this.#halves.has(definition.y);
      const kernel = mapKernel(definition.y, definition.rule, { bindings, sourceOf, inPairs });
      this.#push({ kernel, reads, writes: [definition.y] });
    }
  }

  #addReduction({ y, rule }: Extract<Definition, { kind: "reduce" }>): void {
    const { reads, bindings, sourceOf } = this.#operands(rule.reads);
    const spread = spreadOf(elementCount(y.shape), rule);
    const kernel = reduceKernel(y, rule, { bindings, sourceOf, spread });
    if (spread.pieces === 1) {
      this.#push({ kernel, reads, writes: [y] });
      return;
    }
    const values = elementCount(y.shape);
    const pieces: Scratch = { scratch: values * spread.pieces };
    this.#push({ kernel, reads, writes: [pieces] });
    const name = "pieces";
    const total = reduceKernel(
      y,
      {
        ...rule,
        count: spread.pieces,
        term: (scope, piece) => scope.name(scalarType(y.dtype), `${name}[${piece} * ${values}u + i]`),
      },
      {
        bindings: [...bindings, { name, type: scalarType(y.dtype) }],
        sourceOf,
        spread: { by: "thread", pieces: 1 },
      },
    );
    this.#push({ kernel: total, reads: [...reads, pieces], writes: [y] });
  }

  #push({ kernel, reads, writes }: Dispatch): void {
    const values = [...reads, ...writes];
    const stored = withHalves(kernel, (binding) => this.#halves.has(values[binding]!));
    this.dispatches.push({ kernel: stored, reads, writes });
  }

  /** What a generated kernel binds, and where it finds its operands. */
  #operands(operands: readonly Tensor[]): { reads: Tensor[]; bindings: Binding[]; sourceOf: SourceOf } {
    const sources = new Map<Tensor, Source>();
    const [reads, bindings]: [Tensor[], Binding[]] = [[], []];
    const visit = (tensor: Tensor): void => {
      if (sources.has(tensor)) return;
      const definition = this.#computed.get(tensor);
      const literal = this.#literalOf(tensor);
      if (definition) {
        sources.set(tensor, { kind: "computed", tensor, rule: definition.rule });
        definition.rule.reads.forEach(visit);
      } else if (literal !== null) {
        sources.set(tensor, { kind: "literal", text: literal });
      } else {
        const name = `x${reads.length}`;
        const packed = isPacked(this.#graph, tensor);
        sources.set(tensor, { kind: "stored", name, packed });
        bindings.push({ name, type: packed ? "u32" : scalarType(tensor.dtype) });
        reads.push(tensor);
      }
    };
    operands.forEach(visit);
    return { reads, bindings, sourceOf: (operand) => sources.get(this.#originOf(operand))! };
  }

  #literalOf(tensor: Tensor): string | null {
    const data = this.#graph.constants.get(tensor);
    if (data?.length !== 1) return null;
    const value = Number(data[0]!);
    if (tensor.dtype !== "float32") return `(${value})`;
    return Number.isFinite(Math.fround(value)) ? floatLiteral(value) : null;
  }
}

/** Inputs and constants of one byte a value lie four to a word. */
export function isPacked(graph: Graph, tensor: Tensor): boolean {
  const given = graph.inputs.get(tensor.name) === tensor || graph.constants.has(tensor);
  return given && (tensor.dtype === "uint8" || tensor.dtype === "bool");
}

/** What an input, parameter or constant takes on the card. */
export function givenBytes(graph: Graph, tensor: Tensor, halves: Program["halves"]): number {
  const packed = 4 * Math.ceil(elementCount(tensor.shape) / 4);
  return isPacked(graph, tensor) ? packed : bytesOf(tensor, halves);
}
