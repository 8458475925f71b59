/** The part of the ONNX format (onnx.proto, IR version 10) that the engine writes. */
import protobuf from "protobufjs";

const schema = `
  syntax = "proto3";
  message ModelProto {
    int64 ir_version = 1;
    string producer_name = 2;
    GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }
  message OperatorSetIdProto {
    string domain = 1;
    int64 version = 2;
  }
  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string name = 3;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
    string domain = 7;
  }
  message AttributeProto {
    string name = 1;
    float f = 2;
    int64 i = 3;
    bytes s = 4;
    repeated int64 ints = 8;
    int32 type = 20;
  }
  message TensorProto {
    repeated int64 dims = 1;
    int32 data_type = 2;
    string name = 8;
    bytes raw_data = 9;
    repeated StringStringEntryProto external_data = 13;
    int32 data_location = 14;
  }
  message StringStringEntryProto {
    string key = 1;
    string value = 2;
  }
  message ValueInfoProto {
    string name = 1;
    TypeProto type = 2;
  }
  message TypeProto {
    message Tensor {
      int32 elem_type = 1;
      TensorShapeProto shape = 2;
    }
    Tensor tensor_type = 1;
  }
  message TensorShapeProto {
    message Dimension {
      int64 dim_value = 1;
    }
    repeated Dimension dim = 1;
  }
`;

export type AttributeProto = { name: string; type: number } & (
  | { f: number }
  | { i: number }
  | { s: Uint8Array }
  | { ints: readonly number[] }
);

export type NodeProto = {
  name: string;
  opType: string;
  domain: string;
  input: readonly string[];
  output: readonly string[];
  attribute: readonly AttributeProto[];
};

export type TensorProto = {
  name: string;
  dataType: number;
  dims: readonly number[];
  rawData?: Uint8Array;
  dataLocation?: number;
  externalData?: readonly { key: string; value: string }[];
};

export type ValueInfoProto = {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: readonly { dimValue: number }[] } } };
};

export type ModelProto = {
  irVersion: number;
  producerName: string;
  opsetImport: readonly { domain: string; version: number }[];
  graph: {
    name: string;
    node: readonly NodeProto[];
    initializer: readonly TensorProto[];
    input: readonly ValueInfoProto[];
    output: readonly ValueInfoProto[];
  };
};

/** AttributeProto.AttributeType */
export const attributeTypes = { float: 1, integer: 2, text: 3, integers: 7 } as const;

/** TensorProto.DataLocation: the values are in a file beside the model. */
export const externalLocation = 1;

const modelType = protobuf.parse(schema).root.lookupType("ModelProto");

/** The bytes of an .onnx file. */
export function encodeModel(model: ModelProto): Uint8Array {
  return modelType.encode(model).finish();
}
