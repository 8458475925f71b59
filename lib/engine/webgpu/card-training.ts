/** Training on the graphics card: weights, gradients, moments and average stay there from step to step. */
import { SemblanceError } from "@/lib/errors";
import { checkedData } from "../graph/feeds";
import type { Graph, Tensor } from "../graph/graph";
import { elementCount, type TensorData } from "../graph/tensor-type";
import { usedInputs } from "../graph/used-tensors";
import { findWeight, type WeightSource } from "../graph/weights";
import { CardMemory } from "./card-memory";
import { type Card, cardFailed, openCard } from "./device";
import { refuseFloat64, toCard } from "./encoding";
import { accumulate } from "./kernels/accumulate";
import { adamW, coefficientValues, type UpdateCoefficients } from "./kernels/adamw";
import { squaredNorm } from "./kernels/squared-norm";
import type { Scratch, Stored } from "./lowering";
import { buildProgram, type Dispatch, isPacked } from "./program";
import { allocate, dispatch, prepare, type Step } from "./webgpu-session";

/** What the card holds of each tensor that learns. */
export const learnedArrays = ["weights", "firstMoments", "secondMoments", "average"] as const;
type LearnedArray = (typeof learnedArrays)[number];

export type CardTrainingSettings = {
  /** With an output `loss`, a scalar. */
  readonly graph: Graph;
  /** Every parameter's values before the first step. */
  readonly weights: WeightSource;
  /** Of each parameter that learns, the graph's output that is its gradient. */
  readonly gradientNames: ReadonlyMap<string, string>;
  readonly keepsAverage: boolean;
  /** Whether a step may have several batches. */
  readonly accumulates: boolean;
};

type Parts = {
  readonly graph: Graph;
  readonly card: Card;
  readonly memory: CardMemory;
  readonly place: (value: Stored) => GPUBuffer;
  readonly given: ReadonlySet<Tensor>;
  readonly loss: Tensor;
  readonly learned: ReadonlyMap<string, Readonly<Partial<Record<LearnedArray, GPUBuffer>>>>;
  readonly coefficients: GPUBuffer;
  readonly squares: GPUBuffer;
  readonly gradientSteps: readonly Step[];
  readonly first: readonly Step[];
  readonly further: readonly Step[];
  readonly updateSteps: readonly Step[];
};

/** @throws SemblanceError as createWebgpuSession */
export async function createCardTraining(settings: CardTrainingSettings): Promise<CardTraining> {
  refuseFloat64(settings.graph);
  const card = await openCard();
  const memory = new CardMemory(card, settings.graph.name);
  try {
    return new CardTraining(await buildParts(settings, card, memory));
  } catch (error) {
    memory.release();
    throw error;
  }
}

async function buildParts(
  { graph, weights, gradientNames, keepsAverage, accumulates }: CardTrainingSettings,
  card: Card,
  memory: CardMemory,
): Promise<Parts> {
  const program = buildProgram(graph, card.target);
  const placeOfGraph = await allocate(program, memory);
  const own = new Map<Stored, GPUBuffer>();
  const place = (value: Stored) => own.get(value) ?? placeOfGraph(value);
  const add = async (lengths: readonly number[]): Promise<Scratch[]> => {
    const values = lengths.map((scratch): Scratch => ({ scratch }));
    const buffers = await memory.allocate(lengths.map((length) => 4 * length));
    for (const [index, value] of values.entries()) own.set(value, buffers[index]!);
    return values;
  };

  const names = [...gradientNames.keys()];
  const lengths = names.map((name) => elementCount(graph.parameters.get(name)!.shape));
  const [firsts, seconds] = [await add(lengths), await add(lengths)];
  const averages = keepsAverage ? await add(lengths) : null;
  const sums = accumulates ? await add(lengths) : null;
  const norm = squaredNorm(lengths);
  const [coefficients, squares, ...scratch] = await add([12, 1, ...norm.scratch]);
  const gradientsOf = names.map((name) => program.outputs.get(gradientNames.get(name)!)!);
  const updated: readonly Stored[] = sums ?? gradientsOf;

  const updates: Dispatch[] = norm.calls.map(({ kernel, reads, writes }) => {
    const values: Stored[] = [...updated, squares!, ...scratch];
    return { kernel, reads: reads.map((at) => values[at]!), writes: writes.map((at) => values[at]!) };
  });
  for (const [index, length] of lengths.entries()) {
    const state = [graph.parameters.get(names[index]!)!, firsts[index]!, seconds[index]!];
    updates.push({
      kernel: adamW({ length, average: keepsAverage }),
      reads: [updated[index]!, coefficients!, squares!],
      writes: averages ? [...state, averages[index]!] : state,
    });
  }
  const adding = (isFirst: boolean): Dispatch[] =>
    (sums ?? []).map((sum, index) => ({
      kernel: accumulate({ length: lengths[index]!, isFirst }),
      reads: [gradientsOf[index]!],
      writes: [sum],
    }));

  for (const [tensor, data] of graph.constants) {
    if (program.given.has(tensor))
      await memory.write(place(tensor), toCard(tensor, data, isPacked(graph, tensor)));
  }
  for (const tensor of graph.parameters.values()) {
    const values = toCard(tensor, findWeight(weights, tensor).data, false);
    if (program.given.has(tensor)) await memory.write(place(tensor), values);
    const index = names.indexOf(tensor.name);
    if (averages && index >= 0) await memory.write(place(averages[index]!), values);
  }
  return {
    graph,
    card,
    memory,
    place,
    given: program.given,
    loss: program.outputs.get("loss")!,
    learned: new Map(
      names.map((name, index) => [
        name,
        {
          weights: place(graph.parameters.get(name)!),
          firstMoments: place(firsts[index]!),
          secondMoments: place(seconds[index]!),
          ...(averages && { average: place(averages[index]!) }),
        },
      ]),
    ),
    coefficients: place(coefficients!),
    squares: place(squares!),
    gradientSteps: await prepare(program.dispatches, card, place),
    first: await prepare(adding(true), card, place),
    further: await prepare(adding(false), card, place),
    updateSteps: await prepare(updates, card, place),
  };
}

export class CardTraining {
  readonly #parts: Parts;
  #batches = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What one step of one batch dispatches, what it takes on the card, and what went over the bus so far. */
  get figures(): { dispatches: number; memoryBytes: number; writtenBytes: number; readBytes: number } {
    const { memory, gradientSteps, first, updateSteps } = this.#parts;
    const { allocatedBytes, writtenBytes, readBytes } = memory;
    const dispatches = gradientSteps.length + first.length + updateSteps.length;
    return { dispatches, memoryBytes: allocatedBytes, writtenBytes, readBytes };
  }

  /** Computes the gradients of a batch, added to those since the last update. @returns the loss */
  async addBatch(feeds: Readonly<Record<string, TensorData>>): Promise<number> {
    const { graph, card, memory, place, given, loss, gradientSteps, first, further } = this.#parts;
    card.check();
    for (const tensor of usedInputs(graph)) {
      const data = checkedData(graph.name, tensor.name, tensor, feeds[tensor.name]);
      if (given.has(tensor)) await memory.write(place(tensor), toCard(tensor, data, isPacked(graph, tensor)));
    }
    dispatch(card, gradientSteps);
    dispatch(card, this.#batches === 0 ? first : further);
    this.#batches += 1;
    return this.#readNumber(place(loss));
  }

  /** One update of everything that learns. @returns the norm of the gradients, after `scale` and before clipping */
  async update(coefficients: UpdateCoefficients): Promise<number> {
    const { card, memory, updateSteps, squares } = this.#parts;
    await memory.write(this.#parts.coefficients, coefficientValues(coefficients));
    dispatch(card, updateSteps);
    this.#batches = 0;
    return coefficients.scale * Math.sqrt(await this.#readNumber(squares));
  }

  /** Copies of what the card holds of each tensor that learns, by name. */
  async read(array: LearnedArray): Promise<Map<string, Float32Array>> {
    const { learned, memory } = this.#parts;
    const sources = [...learned].flatMap(([name, buffers]) => {
      const buffer = buffers[array];
      return buffer ? [{ name, buffer, bytes: buffer.size }] : [];
    });
    const copies = await this.#guarded(() => memory.read(sources));
    return new Map(sources.map(({ name }, index) => [name, new Float32Array(copies[index]!)]));
  }

  /** Replaces what the card holds of each tensor that learns. */
  async write(array: LearnedArray, values: ReadonlyMap<string, Float32Array>): Promise<void> {
    const { learned, memory } = this.#parts;
    for (const [name, data] of values) {
      const buffer = learned.get(name)?.[array];
      if (buffer) await memory.write(buffer, data);
    }
  }

  release(): void {
    this.#parts.memory.release();
  }

  async #readNumber(buffer: GPUBuffer): Promise<number> {
    const [bytes] = await this.#guarded(() => this.#parts.memory.read([{ buffer, bytes: 4 }]));
    return new Float32Array(bytes!)[0]!;
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    const { card } = this.#parts;
    try {
      const result = await work();
      card.check();
      return result;
    } catch (cause) {
      card.check();
      throw cause instanceof SemblanceError ? cause : cardFailed(card.name, cause);
    }
  }
}
