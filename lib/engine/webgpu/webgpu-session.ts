/** Runs a graph on the graphics card: its program, its memory, and what goes in and out of it. */
import { SemblanceError } from "@/lib/errors";
import { checkedData, checkOutputNames } from "../graph/feeds";
import type { Graph, Tensor } from "../graph/graph";
import type { Precision } from "../graph/precision";
import type { Session } from "../graph/session";
import { arrayTypes, elementCount, type TensorData } from "../graph/tensor-type";
import { usedInputs, usedParameters } from "../graph/used-tensors";
import { findWeight, type WeightSource } from "../graph/weights";
import { CardMemory, type Region } from "./card-memory";
import { type Card, cardFailed, openCard } from "./device";
import type { Dispatch, Program } from "./dispatch";
import { fromCard, refuseFloat64, toCard, toHalves } from "./encoding";
import type { Stored } from "./lowering";
import { planMemory } from "./memory-plan";
import { buildProgram, givenBytes, isPacked } from "./program";

/** A kernel with its buffers, ready to be dispatched. */
export type Step = {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
};

/** After so many dispatches a part of a run is handed over, so that no driver takes one for hanging. */
const dispatchesPerSubmission = 400;

/**
 * Compiles a graph for the graphics card and moves its weights and constants there.
 *
 * @param weights given: the parameters lie on the card from now on; absent: they are fed at each run
 * @param adapter see openCard
 * @param precision half: large values, and the weights that lie on the card, are stored in 16 bits each
 * @throws SemblanceError `unavailable` without a card, `too_large` where the graph does not fit into its memory,
 *   `unsupported` types by name
 */
export async function createWebgpuSession(
  graph: Graph,
  weights?: WeightSource,
  { adapter = null, precision = "float32" }: { adapter?: string | null; precision?: Precision } = {},
): Promise<WebgpuSession> {
  refuseFloat64(graph);
  const resident =
    weights && usedParameters(graph).map((tensor) => [tensor, findWeight(weights, tensor).data] as const);
  const card = await openCard(adapter);
  const memory = new CardMemory(card, graph.name);
  try {
    const storage = precision === "half" && resident ? "half-with-weights" : precision;
    const program = buildProgram(graph, card.target, storage);
    const place = await allocate(graph, program, memory);
    for (const [tensor, data] of [...(resident ?? []), ...graph.constants]) {
      if (!program.given.has(tensor)) continue;
      const words =
        program.halves.has(tensor) && data instanceof Float32Array
          ? toHalves(tensor, data)
          : toCard(tensor, data, isPacked(graph, tensor));
      await memory.write(place(tensor), words);
    }
    const steps = await prepare(program.dispatches, card, place);
    return new WebgpuSession({
      graph,
      card,
      memory,
      program,
      steps,
      place,
      weightsAreResident: weights !== undefined,
    });
  } catch (error) {
    memory.release();
    throw error;
  }
}

/**
 * Memory for everything in a program; the result says where a value is.
 *
 * @param elsewhere where some values are already
 */
export async function allocate(
  graph: Graph,
  program: Program,
  memory: CardMemory,
  elsewhere: ReadonlyMap<Stored, Region> = new Map(),
): Promise<(value: Stored) => Region> {
  const plan = planMemory(program, elsewhere);
  const pieces = await memory.allocate(plan.sizesBytes);
  const tensors = [...program.given].filter((tensor) => !elsewhere.has(tensor));
  const buffers = await memory.allocate(tensors.map((tensor) => givenBytes(graph, tensor, program.halves)));
  const places = new Map<Stored, Region>(elsewhere);
  for (const [index, tensor] of tensors.entries()) places.set(tensor, { buffer: buffers[index]! });
  for (const [value, piece] of plan.pieceOf) places.set(value, { buffer: pieces[piece]! });
  return (value) => places.get(value)!;
}

export function prepare(
  dispatches: readonly Dispatch[],
  card: Card,
  place: (value: Stored) => Region,
): Promise<Step[]> {
  return Promise.all(
    dispatches.map(async ({ kernel, reads, writes }) => {
      const { pipeline, layout } = await card.pipeline(kernel);
      const entries = [...reads, ...writes].map((value, binding) => ({
        binding,
        resource: place(value),
      }));
      return {
        pipeline,
        bindings: card.device.createBindGroup({ label: kernel.label, layout, entries }),
        workgroups: kernel.workgroups,
      };
    }),
  );
}

/** Hands steps over to the card, in their order. */
export function dispatch({ device }: Card, steps: readonly Step[]): void {
  for (let start = 0; start < steps.length; start += dispatchesPerSubmission) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { pipeline, bindings, workgroups } of steps.slice(start, start + dispatchesPerSubmission)) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(...workgroups);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  }
}

export class WebgpuSession implements Session {
  readonly #graph: Graph;
  readonly #card: Card;
  readonly #memory: CardMemory;
  readonly #program: Program;
  readonly #steps: readonly Step[];
  readonly #place: (value: Stored) => Region;
  readonly #fed: readonly Tensor[];
  #last: Promise<unknown> = Promise.resolve();
  #held: Readonly<Record<string, TensorData>> = {};

  constructor(parts: {
    graph: Graph;
    card: Card;
    memory: CardMemory;
    program: Program;
    steps: readonly Step[];
    place: (value: Stored) => Region;
    weightsAreResident: boolean;
  }) {
    const { graph, weightsAreResident } = parts;
    this.#graph = graph;
    this.#card = parts.card;
    this.#memory = parts.memory;
    this.#program = parts.program;
    this.#steps = parts.steps;
    this.#place = parts.place;
    this.#fed = weightsAreResident ? usedInputs(graph) : [...usedInputs(graph), ...usedParameters(graph)];
  }

  /** What one run dispatches, what the session takes on the card, and what went over the bus so far. */
  get figures(): { dispatches: number; memoryBytes: number; writtenBytes: number; readBytes: number } {
    const { allocatedBytes, writtenBytes, readBytes } = this.#memory;
    return { dispatches: this.#steps.length, memoryBytes: allocatedBytes, writtenBytes, readBytes };
  }

  run(
    feeds: Readonly<Record<string, TensorData>>,
    into: Readonly<Record<string, TensorData>> = {},
    held: Readonly<Record<string, TensorData>> = {},
  ): Promise<Record<string, TensorData>> {
    const result = this.#last.then(() => this.#runAlone(feeds, into, held));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async release(): Promise<void> {
    await this.#last;
    this.#memory.release();
  }

  async #runAlone(
    feeds: Readonly<Record<string, TensorData>>,
    into: Readonly<Record<string, TensorData>>,
    held: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>> {
    const { name, outputs } = this.#graph;
    checkOutputNames(name, outputs, Object.keys(into));
    const data = this.#fed.map((tensor) =>
      checkedData(name, tensor.name, tensor, held[tensor.name] ?? feeds[tensor.name]),
    );
    for (const [key, target] of Object.entries(into)) checkedData(name, key, outputs.get(key)!, target);
    this.#card.check();
    const isThere = ({ name: key }: Tensor) => held === this.#held && key in held;
    for (const [index, tensor] of this.#fed.entries()) {
      if (!this.#program.given.has(tensor) || isThere(tensor)) continue;
      const values = toCard(tensor, data[index]!, isPacked(this.#graph, tensor));
      await this.#memory.write(this.#place(tensor), values);
    }
    this.#held = held;
    try {
      dispatch(this.#card, this.#steps);
      return await this.#read(into);
    } catch (cause) {
      this.#card.check();
      throw cause instanceof SemblanceError ? cause : cardFailed(this.#card.name, cause);
    }
  }

  async #read(into: Readonly<Record<string, TensorData>>): Promise<Record<string, TensorData>> {
    const wanted = [...new Set(this.#program.outputs.values())];
    const bytes = await this.#memory.read(wanted.map((tensor) => this.#source(tensor)));
    this.#card.check();
    const results: Record<string, TensorData> = {};
    for (const [name, tensor] of this.#graph.outputs) {
      const holder = this.#program.outputs.get(name)!;
      const target = into[name] ?? new arrayTypes[tensor.dtype](elementCount(tensor.shape));
      fromCard(bytes[wanted.indexOf(holder)]!, target, isPacked(this.#graph, holder));
      results[name] = target;
    }
    return results;
  }

  #source(tensor: Tensor): { region: Region; bytes: number } {
    return { region: this.#place(tensor), bytes: givenBytes(this.#graph, tensor, this.#program.halves) };
  }
}
