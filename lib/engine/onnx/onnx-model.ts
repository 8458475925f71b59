/** Writes a graph as an ONNX model. */
import type { ExecutionProvider } from "../graph/execution-provider";
import type { Graph, Tensor } from "../graph/graph";
import { elementTypes } from "../graph/onnx-emitter";
import { elementCount, type TensorType } from "../graph/tensor-type";
import { tensorsUsed, usedParameters } from "../graph/used-tensors";
import { findWeight, type WeightSource } from "../graph/weights";
import { ModelEmitter, tensorProto, toBytes } from "./model-emitter";
import { encodeModel, externalLocation, type TensorProto } from "./onnx-schema";

/** The version of the ONNX operator set that the emissions are written for. */
const opsetVersion = 21;
const irVersion = 10;

export type OnnxModel = {
  readonly bytes: Uint8Array;
  /**
   * The weights as the files that the model refers to, one each, though nothing is written to disk: one ONNX file
   * ends at 2 GB, and ONNX Runtime takes a quarter of the memory and half the time for weights that are outside it.
   */
  readonly weightFiles: readonly { readonly path: string; readonly data: Uint8Array }[];
};

/**
 * An ONNX model that computes the graph's outputs; what they do not depend on is left out. Values keep their
 * tensors' names.
 *
 * @param weights given: parameters become constants of the model; absent: they are inputs
 * @throws SemblanceError `missing_tensor` or `shape_mismatch` if the weights do not cover the parameters
 */
export function graphToOnnx(
  graph: Graph,
  { provider, weights }: { readonly provider: ExecutionProvider; readonly weights?: WeightSource },
): OnnxModel {
  const parameters = usedParameters(graph);
  const weightFiles = weights
    ? parameters.map((parameter, index) => ({
        path: `weight.${index}`,
        data: toBytes(findWeight(weights, parameter).data),
      }))
    : [];
  const bytes = encodeGraph(graph, provider, {
    weights: weightFiles.map(({ path }, index) => externalProto(parameters[index]!, { location: path })),
    fed: weights ? [] : parameters,
    namesOutputs: false,
  });
  return { bytes, weightFiles };
}

/** Where the bytes of a weight are, as ONNX says it. */
type ExternalPlace = {
  /** Path beside the model. */
  readonly location: string;
  /** Of the first byte; absent: 0, to the file's end. */
  readonly offset?: number;
  readonly length?: number;
};

/**
 * An ONNX model for any program: of standard operators, its weights one after the other in one file beside it, its
 * outputs under the names that the graph gives them.
 *
 * @param dataFile name of the file of weights
 * @returns the model, and the places of its weights in that file, in bytes, ascending; what lies between is free
 */
export function graphToOnnxFiles(graph: Graph, dataFile: string) {
  let end = 0;
  const places: { readonly parameter: Tensor; readonly offset: number }[] = [];
  const protos = usedParameters(graph).map((parameter) => {
    const length = elementCount(parameter.shape) * Float32Array.BYTES_PER_ELEMENT;
    const offset = Math.ceil(end / pageBytes) * pageBytes;
    end = offset + length;
    places.push({ parameter, offset });
    return externalProto(parameter, { location: dataFile, offset, length });
  });
  // Operators outside the standard are written for our own sessions on the processor alone.
  const bytes = encodeGraph(graph, "cuda", { weights: protos, fed: [], namesOutputs: true });
  return { bytes, places };
}

/** ONNX's advice for the places of weights: readers then map the file instead of reading it. */
const pageBytes = 4096;

function encodeGraph(
  graph: Graph,
  provider: ExecutionProvider,
  {
    weights,
    fed,
    namesOutputs,
  }: {
    readonly weights: readonly TensorProto[];
    readonly fed: readonly Tensor[];
    readonly namesOutputs: boolean;
  },
): Uint8Array {
  const used = tensorsUsed(graph);
  const emitter = new ModelEmitter(provider, used);
  for (const node of graph.nodes) {
    if (node.outputs.some((output) => used.has(output))) node.emit(emitter);
  }
  if (namesOutputs) {
    for (const [name, tensor] of graph.outputs) {
      emitter.node({ type: "Identity", inputs: [tensor], outputs: [name] });
    }
  }
  const constants = [...graph.constants]
    .filter(([tensor]) => used.has(tensor))
    .map(([tensor, data]) => tensorProto(tensor.name, tensor, data));
  const inputs = [...graph.inputs.values()].filter((tensor) => used.has(tensor));
  return encodeModel({
    irVersion,
    producerName: "semblance",
    opsetImport: [
      { domain: "", version: opsetVersion },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: {
      name: graph.name,
      node: emitter.nodes,
      initializer: [...weights, ...constants, ...emitter.constants.values()],
      input: [...inputs, ...fed].map((tensor) => valueInfo(tensor.name, tensor)),
      output: namesOutputs
        ? [...graph.outputs].map(([name, tensor]) => valueInfo(name, tensor))
        : [...new Set(graph.outputs.values())].map((tensor) => valueInfo(tensor.name, tensor)),
    },
  });
}

function externalProto({ name, shape, dtype }: Tensor, place: ExternalPlace): TensorProto {
  return {
    name,
    dataType: elementTypes[dtype],
    dims: shape,
    dataLocation: externalLocation,
    externalData: Object.entries(place).map(([key, value]) => ({ key, value: String(value) })),
  };
}

function valueInfo(name: string, { shape, dtype }: TensorType) {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}
