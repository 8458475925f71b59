/** Writes a graph as an ONNX model. */
import { SemblanceError } from "@/lib/errors";
import type { ExecutionProvider } from "../graph/execution-provider";
import { Graph, type OnnxEmitter, type Operand, type Tensor } from "../graph/graph";
import type { OnnxAttribute, OnnxNode } from "../graph/onnx-emitter";
import { elementTypes } from "../graph/onnx-emitter";
import type { TensorData, TensorType } from "../graph/tensor-type";
import { tensorsUsed, usedParameters } from "../graph/used-tensors";
import { findWeight, type WeightSource } from "../graph/weights";
import {
  type AttributeProto,
  attributeTypes,
  encodeModel,
  externalLocation,
  type NodeProto,
  type TensorProto,
} from "./onnx-schema";

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
  const used = tensorsUsed(graph);
  const emitter = new ModelEmitter(provider, used);
  for (const node of graph.nodes) {
    if (node.outputs.some((output) => used.has(output))) node.emit(emitter);
  }
  const parameters = usedParameters(graph);
  const weightFiles = weights
    ? parameters.map((parameter, index) => ({
        path: `weight.${index}`,
        data: toBytes(findWeight(weights, parameter).data),
      }))
    : [];
  const weightTensors = weightFiles.map(({ path }, index) => externalProto(parameters[index]!, path));
  const constants = [...graph.constants]
    .filter(([tensor]) => used.has(tensor))
    .map(([tensor, data]) => tensorProto(tensor.name, tensor, data));
  const fed = [...graph.inputs.values()].filter((tensor) => used.has(tensor));
  const bytes = encodeModel({
    irVersion,
    producerName: "semblance",
    opsetImport: [
      { domain: "", version: opsetVersion },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: {
      name: graph.name,
      node: emitter.nodes,
      initializer: [...weightTensors, ...constants, ...emitter.constants.values()],
      input: (weights ? fed : [...fed, ...parameters]).map(valueInfo),
      output: [...new Set(graph.outputs.values())].map(valueInfo),
    },
  });
  return { bytes, weightFiles };
}

class ModelEmitter implements OnnxEmitter {
  readonly provider: ExecutionProvider;
  readonly nodes: NodeProto[] = [];
  readonly constants = new Map<string, TensorProto>();
  readonly #used: ReadonlySet<Tensor>;
  #temporaryCount = 0;

  constructor(provider: ExecutionProvider, used: ReadonlySet<Tensor>) {
    this.provider = provider;
    this.#used = used;
  }

  isUsed(tensor: Tensor): boolean {
    return this.#used.has(tensor);
  }

  node({ type, inputs, outputs, attributes = {}, domain = "" }: OnnxNode<Tensor>): void {
    this.nodes.push({
      name: `${type}.${this.nodes.length}`,
      opType: type,
      domain,
      input: inputs.map(operandName),
      output: outputs.map(operandName),
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    });
  }

  compose(
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
    build: (...inputs: Tensor[]) => readonly Tensor[],
  ): void {
    const inner = new Graph("composition");
    const names = new Map<Tensor, string>();
    const operands = inputs.map(({ shape, dtype, name }, index) => {
      const operand = inner.input(`input ${index}`, shape, dtype);
      names.set(operand, name);
      return operand;
    });
    for (const [index, result] of build(...operands).entries()) {
      inner.output(`output ${index}`, result);
      names.set(result, outputs[index]!.name);
    }
    const used = tensorsUsed(inner);
    const emitter = new CompositionEmitter(this, used, names);
    for (const [tensor, data] of inner.constants) {
      if (used.has(tensor))
        this.constants.set(emitter.nameOf(tensor), tensorProto(emitter.nameOf(tensor), tensor, data));
    }
    for (const node of inner.nodes) {
      if (node.outputs.some((output) => used.has(output))) node.emit(emitter);
    }
  }

  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#constant(`%int64[${values}]`, { shape: [values.length], dtype: "int64" }, data);
  }

  float(value: number): string {
    return this.#constant(`%float32(${value})`, { shape: [], dtype: "float32" }, Float32Array.of(value));
  }

  temporary(): string {
    return `%temporary.${this.#temporaryCount++}`;
  }

  #constant(name: string, type: TensorType, data: TensorData): string {
    if (!this.constants.has(name)) this.constants.set(name, tensorProto(name, type, data));
    return name;
  }
}

/** Writes the operations of a composition into the model around it, its tensors under names of that model. */
class CompositionEmitter implements OnnxEmitter {
  readonly #outer: ModelEmitter;
  readonly #used: ReadonlySet<Tensor>;
  readonly #names: Map<Tensor, string>;

  constructor(outer: ModelEmitter, used: ReadonlySet<Tensor>, names: Map<Tensor, string>) {
    this.#outer = outer;
    this.#used = used;
    this.#names = names;
  }

  get provider(): ExecutionProvider {
    return this.#outer.provider;
  }

  isUsed(tensor: Tensor): boolean {
    return this.#used.has(tensor);
  }

  nameOf(tensor: Tensor): string {
    const name = this.#names.get(tensor) ?? this.#outer.temporary();
    this.#names.set(tensor, name);
    return name;
  }

  node(node: OnnxNode<Tensor>): void {
    const named = (operand: Operand) => (typeof operand === "string" ? operand : this.nameOf(operand));
    this.#outer.node({ ...node, inputs: node.inputs.map(named), outputs: node.outputs.map(named) });
  }

  compose(): void {
    throw new SemblanceError("internal", "A composition consists of operations that are not compositions.");
  }

  integers(values: readonly number[]): string {
    return this.#outer.integers(values);
  }

  float(value: number): string {
    return this.#outer.float(value);
  }

  temporary(): string {
    return this.#outer.temporary();
  }
}

function operandName(operand: Operand): string {
  return typeof operand === "string" ? operand : operand.name;
}

function attributeProto(name: string, value: OnnxAttribute): AttributeProto {
  if (typeof value === "number") return { name, type: attributeTypes.integer, i: value };
  if (typeof value === "string")
    return { name, type: attributeTypes.text, s: new TextEncoder().encode(value) };
  if ("float" in value) return { name, type: attributeTypes.float, f: value.float };
  return { name, type: attributeTypes.integers, ints: value };
}

function tensorProto(name: string, { shape, dtype }: TensorType, data: TensorData): TensorProto {
  return { name, dataType: elementTypes[dtype], dims: shape, rawData: toBytes(data) };
}

function externalProto({ name, shape, dtype }: Tensor, path: string): TensorProto {
  return {
    name,
    dataType: elementTypes[dtype],
    dims: shape,
    dataLocation: externalLocation,
    externalData: [{ key: "location", value: path }],
  };
}

function toBytes(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function valueInfo({ name, shape, dtype }: Tensor) {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}
