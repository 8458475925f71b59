/** Small ONNX models by hand, with dimensions of any length. */
import { elementTypes } from "@/lib/engine/graph/onnx-emitter";
import { encodeModel, type NodeProto, type TensorProto } from "@/lib/engine/onnx/onnx-schema";

type Value = Parameters<typeof encodeModel>[0]["graph"]["input"][number];

/** A dimension without a value is one of any length. */
export function value(name: string, dtype: keyof typeof elementTypes, rank: number): Value {
  const dim = Array.from({ length: rank }, () => ({}) as { dimValue: number });
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}

export function weights(name: string, dims: number[], values: readonly number[]): TensorProto {
  return {
    name,
    dataType: elementTypes.float32,
    dims,
    rawData: new Uint8Array(Float32Array.from(values).buffer),
  };
}

export function node(
  opType: string,
  input: string[],
  output: string,
  attribute: NodeProto["attribute"] = [],
): NodeProto {
  return { name: output, opType, domain: "", input, output: [output], attribute };
}

export function model(
  input: Value[],
  output: Value[],
  initializer: TensorProto[],
  nodes: NodeProto[],
): Uint8Array {
  return encodeModel({
    irVersion: 10,
    producerName: "test",
    opsetImport: [{ domain: "", version: 21 }],
    graph: { name: "tiny", node: nodes, initializer, input, output },
  });
}
