/** Training on the graphics card: weights, gradients, moments and average stay there from step to step. */
import { SemblanceError } from "@/lib/errors";
import { checkedData } from "../graph/feeds";
import { type Graph, Tensor } from "../graph/graph";
import type { Precision } from "../graph/precision";
import { elementCount, type TensorData } from "../graph/tensor-type";
import { usedInputs } from "../graph/used-tensors";
import { findWeight, type WeightSource } from "../graph/weights";
import { CardMemory, type Region } from "./card-memory";
import { type Card, cardFailed, openCard } from "./device";
import type { Dispatch, Program } from "./dispatch";
import { refuseFloat64, toCard } from "./encoding";
import { layOut, readWhileWriting } from "./flat-layout";
import { accumulate } from "./kernels/accumulate";
import { adamW, coefficientValues, type UpdateCoefficients } from "./kernels/adamw";
import { squaredNorm } from "./kernels/squared-norm";
import type { Scratch, Stored } from "./lowering";
import { buildProgram, isPacked } from "./program";
import { allocate, dispatch, prepare, type Step } from "./webgpu-session";

/** What the card holds of each tensor that learns. */
export const learnedArrays = ["weights", "firstMoments", "secondMoments", "average"] as const;
type LearnedArray = (typeof learnedArrays)[number];

export type CardTrainingSettings = {
  /** Its outputs are gradients, and scalars. */
  readonly graph: Graph;
  /** Every parameter's values before the first step. */
  readonly weights: WeightSource;
  /** Of each parameter that learns, the graph's output that is its gradient. */
  readonly gradientNames: ReadonlyMap<string, string>;
  readonly keepsAverage: boolean;
  /** Whether a step may have several batches. */
  readonly accumulates: boolean;
  /** half: large values are stored in 16 bits between kernels; weights, gradients and moments are not. Default: float32. */
  readonly precision?: Precision;
  /** See openCard. */
  readonly adapter?: string | null;
};

type Parts = {
  readonly graph: Graph;
  readonly card: Card;
  readonly memory: CardMemory;
  readonly place: (value: Stored) => Region;
  readonly given: ReadonlySet<Tensor>;
  /** Outputs that are no gradients: scalars. */
  readonly numbers: ReadonlyMap<string, Tensor>;
  readonly learned: ReadonlyMap<string, Readonly<Partial<Record<LearnedArray, Region>>>>;
  readonly coefficients: Region;
  readonly squares: Region;
  readonly gradientSteps: readonly Step[];
  readonly first: readonly Step[];
  readonly further: readonly Step[];
  readonly updateSteps: readonly Step[];
};

/** @throws SemblanceError as createWebgpuSession */
export async function createCardTraining(settings: CardTrainingSettings): Promise<CardTraining> {
  refuseFloat64(settings.graph);
  const card = await openCard(settings.adapter);
  const memory = new CardMemory(card, settings.graph.name);
  try {
    return new CardTraining(await buildParts(settings, card, memory));
  } catch (error) {
    memory.release();
    throw error;
  }
}

async function buildParts(
  { graph, weights, gradientNames, keepsAverage, accumulates, precision }: CardTrainingSettings,
  card: Card,
  memory: CardMemory,
): Promise<Parts> {
  const program = withGradientsApart(buildProgram(graph, card.target, precision), gradientNames);
  const parameters = [...gradientNames.keys()].map((name) => graph.parameters.get(name)!);
  const gradients = parameters.map(({ name }) => program.outputs.get(gradientNames.get(name)!)!);
  const { maxBufferSize, maxStorageBufferBindingSize } = card.device.limits;
  const layout = layOut(
    parameters.map(({ shape }) => elementCount(shape)),
    Math.min(maxBufferSize, maxStorageBufferBindingSize),
    readWhileWriting(program.dispatches, gradients),
  );

  const own = new Map<Stored, Region>();
  const add = async (lengths: readonly number[]): Promise<Scratch[]> => {
    const values = lengths.map((scratch): Scratch => ({ scratch }));
    const buffers = await memory.allocate(lengths.map((length) => 4 * length));
    for (const [index, value] of values.entries()) own.set(value, { buffer: buffers[index]! });
    return values;
  };
  const arrays = {
    weights: await add(layout.lengths),
    firstMoments: await add(layout.lengths),
    secondMoments: await add(layout.lengths),
    ...(keepsAverage && { average: await add(layout.lengths) }),
  };
  const flatGradients = await add(layout.lengths);
  const sums = accumulates ? await add(layout.lengths) : null;
  const norm = squaredNorm(layout.lengths);
  const [coefficients, squares, ...scratch] = await add([12, 1, ...norm.scratch]);
  const regionIn = (pieces: readonly Scratch[], index: number): Region => {
    const { piece, offset, length } = layout.places[index]!;
    return { buffer: own.get(pieces[piece]!)!.buffer, offset: 4 * offset, size: 4 * length };
  };
  const ofGraph = new Map<Stored, Region>();
  for (const [index, parameter] of parameters.entries()) {
    ofGraph.set(parameter, regionIn(arrays.weights, index));
    ofGraph.set(gradients[index]!, regionIn(flatGradients, index));
  }
  const placeOfGraph = await allocate(graph, program, memory, ofGraph);
  const place = (value: Stored) => own.get(value) ?? placeOfGraph(value);

  const updated = sums ?? flatGradients;
  const updates: Dispatch[] = norm.calls.map(({ kernel, reads, writes }) => {
    const values: Stored[] = [...updated, squares!, ...scratch];
    return { kernel, reads: reads.map((at) => values[at]!), writes: writes.map((at) => values[at]!) };
  });
  for (const [piece, length] of layout.lengths.entries()) {
    updates.push({
      kernel: adamW({ length, average: keepsAverage }),
      reads: [updated[piece]!, coefficients!, squares!],
      writes: Object.values(arrays).map((pieces) => pieces[piece]!),
    });
  }
  const adding = (isFirst: boolean): Dispatch[] =>
    (sums ?? []).map((sum, piece) => ({
      kernel: accumulate({ length: layout.lengths[piece]!, isFirst }),
      reads: [flatGradients[piece]!],
      writes: [sum],
    }));

  const isGradient = new Set(gradientNames.values());
  const learned = new Map(
    parameters.map(({ name }, index) => [
      name,
      Object.fromEntries(
        Object.entries(arrays).map(([array, pieces]) => [array, regionIn(pieces, index)]),
      ) as Partial<Record<LearnedArray, Region>>,
    ]),
  );
  for (const [tensor, data] of graph.constants) {
    if (program.given.has(tensor))
      await memory.write(place(tensor), toCard(tensor, data, isPacked(graph, tensor)));
  }
  for (const tensor of graph.parameters.values()) {
    const values = toCard(tensor, findWeight(weights, tensor).data, false);
    const average = learned.get(tensor.name)?.average;
    if (program.given.has(tensor) || ofGraph.has(tensor)) await memory.write(place(tensor), values);
    if (average) await memory.write(average, values);
  }
  return {
    graph,
    card,
    memory,
    place,
    given: program.given,
    numbers: new Map([...program.outputs].filter(([name]) => !isGradient.has(name))),
    learned,
    coefficients: place(coefficients!),
    squares: place(squares!),
    gradientSteps: await prepare(program.dispatches, card, place),
    first: await prepare(adding(true), card, place),
    further: await prepare(adding(false), card, place),
    updateSteps: await prepare(updates, card, place),
  };
}

/** Every gradient gets a tensor that is nothing else: where one is also another output, or is given, it is copied. */
function withGradientsApart(program: Program, gradientNames: ReadonlyMap<string, string>): Program {
  const [outputs, dispatches] = [new Map(program.outputs), [...program.dispatches]];
  const names = new Set(gradientNames.values());
  const taken = new Set([...outputs].flatMap(([name, tensor]) => (names.has(name) ? [] : [tensor])));
  for (const name of names) {
    const tensor = outputs.get(name)!;
    if (taken.has(tensor) || program.given.has(tensor)) {
      const copy = new Tensor(tensor.graph, `${tensor.name} for ${name}`, tensor);
      const kernel = accumulate({ length: elementCount(tensor.shape), isFirst: true });
      dispatches.push({ kernel, reads: [tensor], writes: [copy] });
      outputs.set(name, copy);
    }
    taken.add(outputs.get(name)!);
  }
  return { ...program, outputs, dispatches };
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

  /** Computes the gradients of a batch, added to those since the last update. @returns the outputs that are no gradients, by name */
  async addBatch(feeds: Readonly<Record<string, TensorData>>): Promise<Record<string, number>> {
    const { graph, card, memory, place, given, numbers, gradientSteps, first, further } = this.#parts;
    card.check();
    for (const tensor of usedInputs(graph)) {
      const data = checkedData(graph.name, tensor.name, tensor, feeds[tensor.name]);
      if (given.has(tensor)) await memory.write(place(tensor), toCard(tensor, data, isPacked(graph, tensor)));
    }
    dispatch(card, gradientSteps);
    dispatch(card, this.#batches === 0 ? first : further);
    this.#batches += 1;
    const values = await this.#readNumbers([...numbers.values()].map(place));
    return Object.fromEntries([...numbers.keys()].map((name, index) => [name, values[index]!]));
  }

  /**
   * One update of everything that learns, which changes nothing where a gradient is not finite.
   * @returns the norm of the gradients, after `scale` and before clipping
   */
  async update(coefficients: UpdateCoefficients): Promise<number> {
    const { card, memory, updateSteps, squares } = this.#parts;
    await memory.write(this.#parts.coefficients, coefficientValues(coefficients));
    dispatch(card, updateSteps);
    this.#batches = 0;
    const [square] = await this.#readNumbers([squares]);
    return coefficients.scale * Math.sqrt(square!);
  }

  /** Copies of what the card holds of each tensor that learns, by name. */
  async read(array: LearnedArray): Promise<Map<string, Float32Array>> {
    const { learned, memory } = this.#parts;
    const sources = [...learned].flatMap(([name, regions]) => {
      const region = regions[array];
      return region ? [{ name, region, bytes: region.size! }] : [];
    });
    const copies = await this.#guarded(() => memory.read(sources));
    return new Map(sources.map(({ name }, index) => [name, new Float32Array(copies[index]!)]));
  }

  /** Replaces what the card holds of each tensor that learns. */
  async write(array: LearnedArray, values: ReadonlyMap<string, Float32Array>): Promise<void> {
    const { learned, memory } = this.#parts;
    for (const [name, data] of values) {
      const region = learned.get(name)?.[array];
      if (region) await memory.write(region, data);
    }
  }

  release(): void {
    this.#parts.memory.release();
  }

  async #readNumbers(regions: readonly Region[]): Promise<number[]> {
    const sources = regions.map((region) => ({ region, bytes: 4 }));
    const copies = await this.#guarded(() => this.#parts.memory.read(sources));
    return copies.map((bytes) => new Float32Array(bytes)[0]!);
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
