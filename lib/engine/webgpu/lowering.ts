/** Collects what a graph's operations ask of a graphics card, and keeps what the outputs need. */

import { type Graph, Tensor } from "../graph/graph";
import { inOneCall, type Kernel, type KernelSequence, type PartialSums } from "../graph/kernel";
import type { KernelEmitter, MapRule, ReduceRule } from "../graph/kernel-emitter";
import { elementCount, type TensorType } from "../graph/tensor-type";
import type { Tuning } from "../graph/tuning";
import { tensorsUsed } from "../graph/used-tensors";
import { floatLiteral } from "./float-literal";

/** Float32 room between the kernels of one operation. */
export type Scratch = { readonly scratch: number };

/** What lies in memory between dispatches. */
export type Stored = Tensor | Scratch;

export type Definition =
  | { readonly kind: "map"; readonly y: Tensor; readonly rule: MapRule<Tensor> }
  | { readonly kind: "reduce"; readonly y: Tensor; readonly rule: ReduceRule<Tensor> }
  | {
      readonly kind: "run";
      readonly kernel: Kernel;
      readonly reads: readonly Stored[];
      readonly writes: readonly Stored[];
    };

export type LoweredGraph = {
  /** In an order in which every value is computed before it is used; operands are no views. */
  readonly definitions: readonly Definition[];
  /** What holds the values of a tensor: itself, unless it is a view. */
  originOf(tensor: Tensor): Tensor;
  /** What holds the values of the graph's outputs, by name. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** What operations compute between their own steps: sums, or parts of sums. */
  readonly sums: ReadonlySet<Tensor>;
};

export function isScratch(value: Stored): value is Scratch {
  return "scratch" in value;
}

export function readsOf(definition: Definition): readonly Stored[] {
  return definition.kind === "run" ? definition.reads : definition.rule.reads;
}

export function writesOf(definition: Definition): readonly Stored[] {
  return definition.kind === "run" ? definition.writes : [definition.y];
}

export function lowerGraph(graph: Graph, tuning: Tuning): LoweredGraph {
  const used = tensorsUsed(graph);
  const collector = new Collector(graph, used, tuning);
  for (const node of graph.nodes) {
    if (node.outputs.some((output) => used.has(output))) node.lower(collector);
  }
  const outputs = new Map([...graph.outputs].map(([name, tensor]) => [name, collector.origin(tensor)]));
  return {
    definitions: neededBy(outputs.values(), collector.definitions),
    originOf: (tensor) => collector.origin(tensor),
    outputs,
    sums: collector.sums,
  };
}

function neededBy(outputs: Iterable<Stored>, definitions: readonly Definition[]): Definition[] {
  const needed = new Set<Stored>(outputs);
  const kept: Definition[] = [];
  for (const definition of definitions.toReversed()) {
    if (!writesOf(definition).some((value) => needed.has(value))) continue;
    for (const value of readsOf(definition)) needed.add(value);
    kept.push(definition);
  }
  return kept.reverse();
}

class Collector implements KernelEmitter<Tensor> {
  readonly tuning: Tuning;
  readonly definitions: Definition[] = [];
  readonly sums = new Set<Tensor>();
  readonly #graph: Graph;
  readonly #used: ReadonlySet<Tensor>;
  readonly #origins = new Map<Tensor, Tensor>();

  constructor(graph: Graph, used: ReadonlySet<Tensor>, tuning: Tuning) {
    this.tuning = tuning;
    this.#graph = graph;
    this.#used = used;
  }

  origin(tensor: Tensor): Tensor {
    return this.#origins.get(tensor) ?? tensor;
  }

  isUsed(tensor: Tensor): boolean {
    return this.#used.has(tensor);
  }

  view(y: Tensor, x: Tensor): void {
    this.#origins.set(y, this.origin(x));
  }

  map(y: Tensor, rule: MapRule<Tensor>): void {
    this.definitions.push({ kind: "map", y, rule: { ...rule, reads: this.#distinctOrigins(rule.reads) } });
  }

  reduce(y: Tensor, rule: ReduceRule<Tensor>): void {
    this.definitions.push({ kind: "reduce", y, rule: { ...rule, reads: this.#distinctOrigins(rule.reads) } });
  }

  run(work: Kernel | KernelSequence, reads: readonly Tensor[], writes: readonly Tensor[]): void {
    const operands = [...reads.map((tensor) => this.origin(tensor)), ...writes];
    const { calls, scratch, total } = "calls" in work ? work : inOneCall(work);
    const values: Stored[] = [...operands, ...scratch.map((length) => ({ scratch: length }))];
    const partial = total && this.value({ shape: [scratch.at(-1)!], dtype: "float32" });
    if (partial) values[values.length - 1] = partial;
    const valueAt = (place: number) => values[place]!;
    for (const call of total ? calls.slice(0, -1) : calls) {
      this.definitions.push({
        kind: "run",
        kernel: call.kernel,
        reads: call.reads.map(valueAt),
        writes: call.writes.map(valueAt),
      });
    }
    if (partial) this.#addUp(writes[0]!, partial, total, reads.at(-1)!);
  }

  #addUp(y: Tensor, partial: Tensor, { slices, scale, biasIndex }: PartialSums, bias: Tensor): void {
    const length = elementCount(y.shape);
    this.map(y, {
      reads: biasIndex ? [partial, bias] : [partial],
      readsMany: true,
      value(scope) {
        const parts = Array.from({ length: slices }, (_, slice) =>
          scope.read(partial, scope.name("u32", `${scope.index} + ${slice * length}u`)),
        );
        const sum = scale === 1 ? parts.join(" + ") : `(${parts.join(" + ")}) * ${floatLiteral(scale)}`;
        if (!biasIndex) return sum;
        return `${sum} + ${scope.read(bias, scope.name("u32", biasIndex(scope.index)))}`;
      },
    });
  }

  value(type: TensorType): Tensor {
    const sum = new Tensor(this.#graph, `%card.${this.sums.size}`, type);
    this.sums.add(sum);
    return sum;
  }

  #distinctOrigins(reads: readonly Tensor[]): Tensor[] {
    return [...new Set(reads.map((tensor) => this.origin(tensor)))];
  }
}
