/** A computation under construction: inputs, parameters, constants, and the operations between them. */
import { createHash } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import type { KernelEmitter } from "./kernel-emitter";
import type { GraphEmitter, OnnxOperand } from "./onnx-emitter";
import {
  arrayTypes,
  type DataType,
  elementCount,
  type Shape,
  sameShape,
  shapeToText,
  type TensorData,
  type TensorType,
} from "./tensor-type";

/** A symbolic tensor: a value of known shape and type that exists only once its graph is run. */
/** Made by a Graph or by an operation, never directly. */
export class Tensor implements TensorType {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DataType;

  constructor(graph: Graph, name: string, { shape, dtype }: TensorType) {
    this.graph = graph;
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** A tensor, or the ONNX name of a value that only the emission knows. */
export type Operand = OnnxOperand<Tensor>;
/** What an operation writes its ONNX nodes to. */
export type OnnxEmitter = GraphEmitter<Tensor>;
/** What an operation writes its kernels to. */
export type CardEmitter = KernelEmitter<Tensor>;

/** One application of an operation. */
export type Node = {
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Writes the ONNX nodes that compute `outputs`. */
  emit(onnx: OnnxEmitter): void;
  /** Says how a graphics card computes `outputs`. */
  lower(card: CardEmitter): void;
  /** Given the gradient of the loss by each output, appends the gradient by each input; null: there is none. */
  gradient(outputGradients: readonly Tensor[]): readonly (Tensor | null)[];
  /** Appends the same operation on other tensors of the same types, of this or another graph. */
  again(inputs: readonly Tensor[]): readonly Tensor[];
};

/** Consecutive nodes: from `start` (included) to `end` (excluded). */
export type Block = { readonly start: number; readonly end: number };

/** Starts the names that graphs give to intermediate tensors, so that they cannot meet a caller's. */
const reservedPrefix = "%";

export class Graph {
  readonly name: string;
  readonly #inputs = new Map<string, Tensor>();
  readonly #parameters = new Map<string, Tensor>();
  readonly #outputs = new Map<string, Tensor>();
  readonly #constants = new Map<Tensor, TensorData>();
  readonly #constantByContent = new Map<string, Tensor>();
  readonly #nodes: Node[] = [];
  readonly #blocks: Block[] = [];
  readonly #inFullPrecision = new Set<Tensor>();
  #isInBlock = false;
  #isPrecise = false;
  #tensorCount = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** What is fed at each run, in the order of declaration. */
  get inputs(): ReadonlyMap<string, Tensor> {
    return this.#inputs;
  }

  /** The float32 weights, in the order of their first use. */
  get parameters(): ReadonlyMap<string, Tensor> {
    return this.#parameters;
  }

  get outputs(): ReadonlyMap<string, Tensor> {
    return this.#outputs;
  }

  get constants(): ReadonlyMap<Tensor, TensorData> {
    return this.#constants;
  }

  /** In an order in which every tensor is computed before it is used. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The blocks declared, in the order of their nodes. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /**
   * Declares a tensor that is fed at each run.
   * @throws SemblanceError `invalid_input` if the name is taken or the shape is not a shape
   */
  input(name: string, shape: Shape, dtype: DataType = "float32"): Tensor {
    this.#checkName(name);
    const tensor = new Tensor(this, name, { shape: checkedShape(name, shape), dtype });
    this.#inputs.set(name, tensor);
    return tensor;
  }

  /**
   * The float32 weight of this name; asking twice gives the same tensor.
   * @throws SemblanceError `shape_mismatch` if it was declared before with another shape
   */
  parameter(name: string, shape: Shape): Tensor {
    const declared = this.#parameters.get(name);
    if (declared) {
      if (sameShape(declared.shape, shape)) return declared;
      throw new SemblanceError(
        "shape_mismatch",
        `Parameter "${name}" is used with shape ${shapeToText(shape)} and with ${shapeToText(declared.shape)}.`,
        { remedy: "Give one parameter one shape, or two parameters two names." },
      );
    }
    this.#checkName(name);
    const tensor = new Tensor(this, name, { shape: checkedShape(name, shape), dtype: "float32" });
    this.#parameters.set(name, tensor);
    return tensor;
  }

  /**
   * A tensor whose values are part of the graph. Constants of the same content are one tensor.
   * A number is a float32 scalar; an array's shape is its length unless given; the type follows from the array,
   * save that a Uint8Array may also be `bool`.
   */
  constant(data: TensorData | number, shape?: Shape, dtype?: DataType): Tensor {
    const values = typeof data === "number" ? Float32Array.of(data) : data;
    const type: TensorType = {
      shape: checkedShape("constant", shape ?? (typeof data === "number" ? [] : [values.length])),
      dtype: dtype ?? dataTypeOf(values),
    };
    if (!(values instanceof arrayTypes[type.dtype]) || values.length !== elementCount(type.shape)) {
      throw new SemblanceError(
        "shape_mismatch",
        `A constant of ${values.length} ${dataTypeOf(values)} values was declared as ${type.dtype} ${shapeToText(type.shape)}.`,
        { remedy: "Pass as many values as the shape holds, in the array of that type." },
      );
    }
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const content = `${type.dtype}${shapeToText(type.shape)}${createHash("sha256").update(bytes).digest("hex")}`;
    const shared = this.#constantByContent.get(content);
    if (shared) return shared;
    const tensor = this.#newTensor("constant", type);
    this.#constants.set(tensor, values);
    this.#constantByContent.set(content, tensor);
    return tensor;
  }

  /**
   * Names a tensor that every run returns.
   * @throws SemblanceError `invalid_input` if the name is taken or the tensor is another graph's
   */
  output(name: string, tensor: Tensor): void {
    if (this.#outputs.has(name) || tensor.graph !== this) {
      throw new SemblanceError(
        "invalid_input",
        tensor.graph === this
          ? `Graph "${this.name}" already has an output "${name}".`
          : `Output "${name}" of graph "${this.name}" belongs to graph "${tensor.graph.name}".`,
        { remedy: "Give each output a name of its own and a tensor of this graph." },
      );
    }
    this.#outputs.set(name, tensor);
  }

  /**
   * Makes what `build` appends a block: a backward pass that saves memory keeps what goes into it and computes the rest
   * again (see gradients). A block inside another is part of that one.
   */
  block<Result>(build: () => Result): Result {
    if (this.#isInBlock) return build();
    const start = this.#nodes.length;
    this.#isInBlock = true;
    try {
      return build();
    } finally {
      this.#isInBlock = false;
      this.#blocks.push({ start, end: this.#nodes.length });
    }
  }

  /**
   * Marks what `build` appends, and its gradients, as too sensitive for half precision: where a session stores values in
   * halves, these stay float32.
   */
  inFullPrecision<Result>(build: () => Result): Result {
    const before = this.#isPrecise;
    this.#isPrecise = true;
    try {
      return build();
    } finally {
      this.#isPrecise = before;
    }
  }

  isInFullPrecision(tensor: Tensor): boolean {
    return this.#inFullPrecision.has(tensor);
  }

  /** Appends one application of an operation; operations call this, models call operations. */
  append(
    operation: string,
    inputs: readonly Tensor[],
    outputTypes: readonly TensorType[],
    rules: (outputs: readonly Tensor[]) => Pick<Node, "emit" | "lower" | "gradient" | "again">,
  ): readonly Tensor[] {
    const foreign = inputs.find((tensor) => tensor.graph !== this);
    if (foreign) {
      throw new SemblanceError(
        "invalid_input",
        `${operation}: "${foreign.name}" belongs to graph "${foreign.graph.name}", not to "${this.name}".`,
        { remedy: "Build everything that one graph computes from tensors of that graph." },
      );
    }
    const outputs = outputTypes.map((type) => this.#newTensor(operation, type));
    if (this.#isPrecise) for (const output of outputs) this.#inFullPrecision.add(output);
    this.#nodes.push({ operation, inputs, outputs, ...rules(outputs) });
    return outputs;
  }

  #newTensor(origin: string, type: TensorType): Tensor {
    return new Tensor(this, `${reservedPrefix}${origin}.${this.#tensorCount++}`, type);
  }

  #checkName(name: string): void {
    if (
      name !== "" &&
      !name.startsWith(reservedPrefix) &&
      !this.#inputs.has(name) &&
      !this.#parameters.has(name)
    ) {
      return;
    }
    throw new SemblanceError(
      "invalid_input",
      `Graph "${this.name}" cannot have an input "${name}": ${
        this.#inputs.has(name) || this.#parameters.has(name) ? "the name is taken" : "the name is reserved"
      }.`,
      { remedy: `Use a name of its own that does not begin with "${reservedPrefix}".` },
    );
  }
}

function dataTypeOf(values: TensorData): DataType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Float64Array) return "float64";
  if (values instanceof BigInt64Array) return "int64";
  return values instanceof Int32Array ? "int32" : "uint8";
}

function checkedShape(name: string, shape: Shape): Shape {
  if (shape.every((size) => Number.isSafeInteger(size) && size > 0)) return [...shape];
  throw new SemblanceError("shape_mismatch", `"${name}" cannot have the shape ${shapeToText(shape)}.`, {
    remedy: "Every size must be a whole number of at least 1.",
  });
}
