/** What an operation needs to write itself as ONNX nodes. */
import type { ExecutionProvider } from "./execution-provider";
import type { DataType } from "./tensor-type";

/** The numbers that ONNX gives to data types (TensorProto.DataType). */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
} as const satisfies { [Type in DataType]: number };

/** A tensor of the graph, or the ONNX name of a value that only the emission knows. */
export type OnnxOperand<Tensor> = Tensor | string;

/** A number or a list of numbers is an ONNX integer attribute; a float attribute says so. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export type OnnxNode<Tensor> = {
  readonly type: string;
  readonly inputs: readonly OnnxOperand<Tensor>[];
  readonly outputs: readonly OnnxOperand<Tensor>[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Empty for the ONNX standard's own operators. */
  readonly domain?: string;
};

export interface GraphEmitter<Tensor> {
  /** Where the model will run: operators outside the standard exist on some providers only. */
  readonly provider: ExecutionProvider;
  /** Whether the model's outputs depend on the tensor: what only a gradient needs is not computed when sampling. */
  isUsed(tensor: Tensor): boolean;
  node(node: OnnxNode<Tensor>): void;
  /** Computes `outputs` from `inputs` by operations, which `build` applies to tensors of the same types. */
  compose(
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
    build: (...inputs: Tensor[]) => readonly Tensor[],
  ): void;
  /** The name of an int64 vector with these values. */
  integers(values: readonly number[]): string;
  /** The name of a float32 scalar. */
  float(value: number): string;
  /** A name for a value between two nodes of one operation. */
  temporary(): string;
}
