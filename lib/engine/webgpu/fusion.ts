/** Which values are stored, and which are computed where they are read. */
import type { Tensor } from "../graph/graph";
import { elementCount } from "../graph/tensor-type";
import { type Definition, isScratch, type LoweredGraph, readsOf } from "./lowering";

type MapDefinition = Extract<Definition, { kind: "map" }>;

/** What computing one value of an unstored result takes. */
type Cost = {
  /** Rules that are evaluated. */
  readonly work: number;
  /** Stored values that are read. */
  readonly leaves: ReadonlySet<Tensor>;
  /** Whether many values of one operand are read. */
  readonly readsMany: boolean;
};

type Use = {
  count: number;
  /** How often each value is read by the consumer that reads it most. */
  repetition: number;
  /** A kernel that is not generated reads it from memory. */
  byKernel: boolean;
};

/** Rules that are cheaper to evaluate again for every reader than to store. */
const littleWork = 6;
/** Rules that one reader may evaluate; longer texts compile slowly. */
const mostWork = 40;
const mostWorkForSeveral = 16;
/** Of the buffers that a kernel may bind, those that one operand may take. */
const mostLeavesOfOperand = 7;
/** Below this many values an operand is read from a cache. */
const smallOperand = 16_384;

/**
 * Results of maps that need no memory. A value is computed at its readers where that costs no more traffic than
 * storing it would: it has one reader, or comes from one large operand and a few small ones.
 *
 * @param mostReads how many buffers one kernel may read
 * @param isLiteral whether a tensor's value is part of the kernel's text
 */
export function chooseComputed(
  { definitions, outputs, originOf }: LoweredGraph,
  mostReads: number,
  isLiteral: (tensor: Tensor) => boolean,
): ReadonlyMap<Tensor, MapDefinition> {
  const uses = usesOf(definitions);
  const kept = new Set(outputs.values());
  const computed = new Map<Tensor, MapDefinition>();
  const costs = new Map<Tensor, Cost>();
  for (const tensor of definitions.flatMap(readsOf)) {
    if (!isScratch(tensor) && isLiteral(tensor))
      costs.set(tensor, { work: 0, leaves: new Set(), readsMany: false });
  }
  for (const definition of definitions) {
    if (definition.kind === "run") continue;
    const cost = costOf(definition, costs);
    fitBindings(cost, readsOf(definition).filter((value) => !isScratch(value)) as Tensor[], {
      costs,
      computed,
      mostReads,
    });
    if (definition.kind !== "map") continue;
    const { y } = definition;
    const use = uses.get(y);
    if (!use || use.byKernel || kept.has(originOf(y))) continue;
    if (isWorthRepeating(definition, costOf(definition, costs), use)) {
      computed.set(y, definition);
      costs.set(y, costOf(definition, costs));
    }
  }
  return computed;
}

function isWorthRepeating({ y, rule }: MapDefinition, { work, leaves, readsMany }: Cost, use: Use): boolean {
  if (leaves.size > mostLeavesOfOperand) return false;
  const repeats = use.repetition > 2;
  if (repeats && work > littleWork) return false;
  if (readsMany && (repeats || use.count > 1)) return false;
  if (rule.moves || use.count === 1) return work <= mostWork;
  const large = [...leaves].filter(
    (leaf) => elementCount(leaf.shape) > Math.min(smallOperand, elementCount(y.shape) / 4),
  );
  return large.length <= 1 && work <= mostWorkForSeveral;
}

/** Stores operands of a kernel that would bind too many buffers, those first that bring most of them. */
function fitBindings(
  cost: Cost,
  reads: readonly Tensor[],
  given: { costs: Map<Tensor, Cost>; computed: Map<Tensor, MapDefinition>; mostReads: number },
): void {
  const { costs, computed, mostReads } = given;
  let leaves = cost.leaves;
  while (leaves.size > mostReads) {
    const unstored = reads.filter((tensor) => (costs.get(tensor)?.leaves.size ?? 0) > 1);
    if (unstored.length === 0) return;
    const size = (tensor: Tensor) => costs.get(tensor)!.leaves.size;
    const largest = unstored.reduce((a, b) => (size(b) > size(a) ? b : a));
    costs.delete(largest);
    computed.delete(largest);
    leaves = leavesOf(reads, costs);
  }
}

function costOf(definition: Definition, costs: ReadonlyMap<Tensor, Cost>): Cost {
  const reads = readsOf(definition) as readonly Tensor[];
  const work = reads.reduce((sum, tensor) => sum + (costs.get(tensor)?.work ?? 0), 1);
  const readsMany =
    (definition.kind === "map" && definition.rule.readsMany === true) ||
    reads.some((tensor) => costs.get(tensor)?.readsMany);
  return { work, leaves: leavesOf(reads, costs), readsMany };
}

function leavesOf(reads: readonly Tensor[], costs: ReadonlyMap<Tensor, Cost>): Set<Tensor> {
  const leaves = new Set<Tensor>();
  for (const tensor of reads) {
    const cost = costs.get(tensor);
    if (!cost) leaves.add(tensor);
    else for (const leaf of cost.leaves) leaves.add(leaf);
  }
  return leaves;
}

function usesOf(definitions: readonly Definition[]): Map<Tensor, Use> {
  const uses = new Map<Tensor, Use>();
  for (const definition of definitions) {
    for (const value of readsOf(definition)) {
      if (isScratch(value)) continue;
      const use = uses.get(value) ?? { count: 0, repetition: 0, byKernel: false };
      uses.set(value, use);
      use.count += 1;
      if (definition.kind === "run") {
        use.byKernel = true;
        continue;
      }
      const terms = definition.kind === "reduce" ? definition.rule.count : 1;
      const reads = elementCount(definition.y.shape) * terms;
      use.repetition = Math.max(use.repetition, reads / elementCount(value.shape));
    }
  }
  return uses;
}
