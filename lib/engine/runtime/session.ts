/** Runs graphs: the one place that knows ONNX Runtime. */
import { availableParallelism } from "node:os";
import * as ort from "onnxruntime-node";
import { SemblanceError } from "@/lib/errors";
import type { ExecutionProvider } from "../graph/execution-provider";
import type { Graph, Tensor } from "../graph/graph";
import { arrayTypes, elementCount, shapeToText, type TensorData } from "../graph/tensor-type";
import { usedInputs, usedParameters } from "../graph/used-tensors";
import type { WeightSource } from "../graph/weights";
import { graphToOnnx } from "../onnx/onnx-model";

export type SessionOptions = {
  /** Given: parameters become constants, the fastest way to sample. Absent: they are inputs, fed by name at each run. */
  readonly weights?: WeightSource;
  /** Default: cpu. */
  readonly provider?: ExecutionProvider;
  /** Default: every core available. */
  readonly threads?: number;
  /** Default: true. False returns what a run took for its intermediate values after it: for models that fill the machine. */
  readonly keepsMemory?: boolean;
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

/**
 * Prepares a graph for running; this takes about a second for a large one. A session has the graph's shapes and
 * no others.
 * @throws SemblanceError `missing_tensor` or `shape_mismatch` if the weights do not cover the parameters
 */
export async function createSession(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  const { weights, provider = "cpu", threads = availableParallelism(), keepsMemory = true } = options;
  const { bytes, weightFiles } = graphToOnnx(graph, { provider, weights });
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    enableCpuMemArena: keepsMemory,
    extra: { session: waitingThreads },
    externalData: weightFiles,
  });
  return new Session(graph, session, weights !== undefined);
}

export class Session {
  readonly #session: ort.InferenceSession;
  readonly #fed: readonly Tensor[];
  readonly #outputs: ReadonlyMap<string, Tensor>;
  readonly #graphName: string;

  constructor(graph: Graph, session: ort.InferenceSession, weightsAreConstants: boolean) {
    this.#session = session;
    this.#fed = weightsAreConstants ? usedInputs(graph) : [...usedInputs(graph), ...usedParameters(graph)];
    this.#outputs = new Map(graph.outputs);
    this.#graphName = graph.name;
  }

  /**
   * Computes the outputs. Blocks the event loop until done, and cannot be interrupted: what must be cancellable
   * runs in a child process.
   *
   * @param feeds the inputs, and the parameters unless they are constants, by name; arrays (views of larger ones
   *   too) are read in place, without a copy
   * @param into arrays to write outputs into, by output name; the result holds these very arrays
   * @returns every output by name
   * @throws SemblanceError `missing_tensor` or `shape_mismatch`, naming the tensor
   */
  async run(
    feeds: Readonly<Record<string, TensorData>>,
    into: Readonly<Record<string, TensorData>> = {},
  ): Promise<Record<string, TensorData>> {
    const unknown = Object.keys(into).find((name) => !this.#outputs.has(name));
    if (unknown !== undefined) {
      throw new SemblanceError("invalid_input", `Graph "${this.#graphName}" has no output "${unknown}".`, {
        remedy: "Use the names that the graph's outputs were given.",
      });
    }
    const inputs: Record<string, ort.Tensor> = {};
    for (const tensor of this.#fed)
      inputs[tensor.name] = this.#toOrt(tensor.name, tensor, feeds[tensor.name]);
    const fetches: Record<string, ort.Tensor | null> = {};
    for (const [name, tensor] of this.#outputs) {
      const target = name in into ? this.#toOrt(name, tensor, into[name]) : null;
      fetches[tensor.name] ??= target;
    }
    const results = await this.#session.run(inputs, fetches);
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

  /** Frees the memory; the session cannot run again. */
  async release(): Promise<void> {
    await this.#session.release();
  }

  #toOrt(name: string, { shape, dtype }: Tensor, data: TensorData | undefined): ort.Tensor {
    const wanted = `${dtype} ${shapeToText(shape)}`;
    if (!data) {
      throw new SemblanceError(
        "missing_tensor",
        `Graph "${this.#graphName}" was run without "${name}" (${wanted}).`,
        {
          remedy: "Feed every input, and every weight that is not a constant, by name.",
        },
      );
    }
    if (!(data instanceof arrayTypes[dtype]) || data.length !== elementCount(shape)) {
      throw new SemblanceError(
        "shape_mismatch",
        `"${name}" of graph "${this.#graphName}" must be ${wanted}; it is a ${data.constructor.name} of ${data.length}.`,
        { remedy: "Pass as many values as the shape holds, in the array of that type." },
      );
    }
    if (data.buffer instanceof SharedArrayBuffer) {
      throw new SemblanceError(
        "invalid_input",
        `"${name}" of graph "${this.#graphName}" lies in shared memory, which ONNX Runtime does not read.`,
        { remedy: "Copy it into an array of its own." },
      );
    }
    return new ort.Tensor(dtype, data, shape);
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
