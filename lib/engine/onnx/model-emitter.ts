/** What the operations of a graph write themselves to when it becomes an ONNX model. */
import { SemblanceError } from "@/lib/errors";
import type { ExecutionProvider } from "../graph/execution-provider";
import { Graph, type OnnxEmitter, type Operand, type Tensor } from "../graph/graph";
import type { OnnxAttribute, OnnxNode } from "../graph/onnx-emitter";
import { elementTypes } from "../graph/onnx-emitter";
import type { TensorData, TensorType } from "../graph/tensor-type";
import { tensorsUsed } from "../graph/used-tensors";
import { type AttributeProto, attributeTypes, type NodeProto, type TensorProto } from "./onnx-schema";

/** Collects the nodes and constants of a model. */
export class ModelEmitter implements OnnxEmitter {
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

export function tensorProto(name: string, { shape, dtype }: TensorType, data: TensorData): TensorProto {
  return { name, dataType: elementTypes[dtype], dims: shape, rawData: toBytes(data) };
}

export function toBytes(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
