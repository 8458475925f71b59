/** Makes graphs ready to run: on the processor and CUDA by ONNX Runtime, on other graphics cards by our own kernels. */
import { type ExecutionProvider, wantedAdapter } from "../graph/execution-provider";
import type { Graph } from "../graph/graph";
import type { Precision } from "../graph/precision";
import type { Session } from "../graph/session";
import type { WeightSource } from "../graph/weights";
import { createOnnxSession } from "./onnx-session";

export type { Session };

export type SessionOptions = {
  /** Given: parameters become constants, the fastest way to sample. Absent: they are inputs, fed by name at each run. */
  readonly weights?: WeightSource;
  /** Default: cpu. */
  readonly provider?: ExecutionProvider;
  /** Of the processor; default: every core available. */
  readonly threads?: number;
  /**
   * Default: true. False returns what a run took for its intermediate values after it: for models that fill the
   * machine. On WebGPU that memory belongs to the session.
   */
  readonly keepsMemory?: boolean;
  /** Of what lies on a card of WebGPU; others compute in float32. Default: float32. */
  readonly precision?: Precision;
};

/**
 * Prepares a graph for running; this takes about a second for a large one. A session has the graph's shapes and
 * no others.
 * @throws SemblanceError `missing_tensor` or `shape_mismatch` if the weights do not cover the parameters; on WebGPU also
 *   `unavailable` without a card and `too_large` where the graph does not fit into its memory
 */
export async function createSession(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  const { weights, provider = "cpu", threads, keepsMemory, precision } = options;
  if (provider === "cpu" || provider === "cuda")
    return createOnnxSession(graph, { weights, provider, threads, keepsMemory });
  // Loaded only where it is asked for: Dawn needs a newer system than the rest.
  const { createWebgpuSession } = await import("../webgpu/webgpu-session");
  return createWebgpuSession(graph, weights, { adapter: wantedAdapter(provider), precision });
}
