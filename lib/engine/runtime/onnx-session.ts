/** Runs graphs and model files by ONNX Runtime: the one place that knows it. */
import { availableParallelism } from "node:os";
import * as ort from "onnxruntime-node";
import { SemblanceError } from "@/lib/errors";

import { checkedData, checkOutputNames } from "../graph/feeds";
import type { Graph, Tensor } from "../graph/graph";
import type { Session } from "../graph/session";
import type { TensorData } from "../graph/tensor-type";
import { usedInputs, usedParameters } from "../graph/used-tensors";
import type { WeightSource } from "../graph/weights";
import { graphToOnnx } from "../onnx/onnx-model";
import { cardFailed, cardMemoryExhausted } from "../webgpu/card-failure";

export type OnnxSettings = {
  readonly weights: WeightSource | undefined;
  readonly provider: "cpu" | "cuda";
  readonly threads: number | undefined;
  readonly keepsMemory: boolean | undefined;
};

/**
 * A thread that waits for the next operation spins for as long as most operations of one thread take, which saves a
 * seventh of a small model's time over sleeping at once; longer spinning halves the speed on a busy machine. Threads
 * that spun between runs would slow every other session of the process down, up to ten times.
 */
const waitingThreads = {
  intra_op: { allow_spinning: "1", spin_duration_us: "100" },
  force_spinning_stop: "1",
};

export async function createOnnxSession(graph: Graph, settings: OnnxSettings): Promise<Session> {
  const { weights, provider, threads = availableParallelism(), keepsMemory = true } = settings;
  const { bytes, weightFiles } = graphToOnnx(graph, { provider, weights });
  const session = await onProvider(provider, () =>
    ort.InferenceSession.create(bytes, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      enableCpuMemArena: keepsMemory,
      // After the first run it would plan all values as one block, and hold it beside what the arena holds already.
      enableMemPattern: false,
      extra: { session: waitingThreads },
      externalData: weightFiles,
    }),
  );
  return new OnnxSession(graph, session, { provider, weightsAreConstants: weights !== undefined });
}

/** What ONNX Runtime throws while it works on a card is the card's failure, after which another device may go on. */
async function onProvider<Result>(
  provider: OnnxSettings["provider"],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (provider === "cpu") throw cause;
    const isMemory = /out of memory|OUT_OF_MEMORY|ALLOC_FAILED|Failed to allocate memory/i.test(
      String(cause),
    );
    throw (isMemory ? cardMemoryExhausted : cardFailed)("that CUDA uses", cause);
  }
}

class OnnxSession implements Session {
  readonly #session: ort.InferenceSession;
  readonly #fed: readonly Tensor[];
  readonly #outputs: ReadonlyMap<string, Tensor>;
  readonly #graphName: string;
  readonly #provider: OnnxSettings["provider"];

  constructor(
    graph: Graph,
    session: ort.InferenceSession,
    { provider, weightsAreConstants }: Pick<OnnxSettings, "provider"> & { weightsAreConstants: boolean },
  ) {
    this.#session = session;
    this.#provider = provider;
    this.#fed = weightsAreConstants ? usedInputs(graph) : [...usedInputs(graph), ...usedParameters(graph)];
    this.#outputs = new Map(graph.outputs);
    this.#graphName = graph.name;
  }

  async run(
    feeds: Readonly<Record<string, TensorData>>,
    into: Readonly<Record<string, TensorData>> = {},
    held: Readonly<Record<string, TensorData>> = {},
  ): Promise<Record<string, TensorData>> {
    checkOutputNames(this.#graphName, this.#outputs, Object.keys(into));
    const inputs: Record<string, ort.Tensor> = {};
    for (const tensor of this.#fed)
      inputs[tensor.name] = this.#toOrt(tensor.name, tensor, held[tensor.name] ?? feeds[tensor.name]);
    const fetches: Record<string, ort.Tensor | null> = {};
    for (const [name, tensor] of this.#outputs) {
      const target = name in into ? this.#toOrt(name, tensor, into[name]) : null;
      fetches[tensor.name] ??= target;
    }
    const results = await onProvider(this.#provider, () => this.#session.run(inputs, fetches));
    const outputs: Record<string, TensorData> = {};
    for (const [name, tensor] of this.#outputs) {
      const computed = results[tensor.name]!.data as TensorData;
      const target = into[name];
      // One tensor may be two outputs; only the first array given for it was written in place.
      if (target && fetches[tensor.name]?.data !== target) copyInto(target, computed);
      outputs[name] = target ?? computed;
    }
    return outputs;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #toOrt(name: string, tensor: Tensor, given: TensorData | undefined): ort.Tensor {
    const data = checkedData(this.#graphName, name, tensor, given);
    if (data.buffer instanceof SharedArrayBuffer) {
      throw new SemblanceError(
        "invalid_input",
        `"${name}" of graph "${this.#graphName}" lies in shared memory, which ONNX Runtime does not read.`,
        { remedy: "Copy it into an array of its own." },
      );
    }
    return new ort.Tensor(tensor.dtype, data, tensor.shape);
  }
}

function copyInto(target: TensorData, source: TensorData): void {
  if (target instanceof BigInt64Array) target.set(source as BigInt64Array);
  else target.set(source as Exclude<TensorData, BigInt64Array>);
}

/** A tensor of a model file: float32 or int64 values with their shape. */
export type ShapedData = { readonly shape: readonly number[]; readonly data: Float32Array | BigInt64Array };

/** A model that was made elsewhere, with inputs and outputs under its own names. */
export type ModelFile = {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(feeds: Readonly<Record<string, ShapedData>>): Promise<Record<string, ShapedData>>;
  release(): Promise<void>;
};

/**
 * Prepares the bytes of an .onnx file for running, on the CPU.
 *
 * @param name what to call the file in messages
 * @throws SemblanceError `invalid_file` where it is not a model that can be run
 */
export async function openModelFile(bytes: Uint8Array, name: string): Promise<ModelFile> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      intraOpNumThreads: availableParallelism(),
      logSeverityLevel: 3,
      extra: { session: waitingThreads },
    });
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${name} is not an ONNX model that can be run.`, {
      remedy: "Export or download it again, as one file in float32.",
      cause,
    });
  }
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(feeds) {
      const inputs = Object.entries(feeds).map(
        ([key, { data, shape }]) =>
          [key, new ort.Tensor(data instanceof BigInt64Array ? "int64" : "float32", data, shape)] as const,
      );
      const results = await session.run(Object.fromEntries(inputs));
      return Object.fromEntries(
        Object.entries(results).map(([key, { data, dims }]) => [
          key,
          { data: data as ShapedData["data"], shape: dims },
        ]),
      );
    },
    release: () => session.release(),
  };
}
