/** TensorBoard's event files: records (length, checksum, data, checksum) of the protocol buffer `tensorflow.Event`. */
import protobuf from "protobufjs";
import { maskedCrc32c } from "./masked-crc32c";

/** The part of tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto that is written. */
const schema = `
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    string file_version = 3;
    Summary summary = 5;
  }
  message Summary {
    repeated Value value = 1;
  }
  message Value {
    string tag = 1;
    optional float simple_value = 2;
    Image image = 4;
  }
  message Image {
    int32 height = 1;
    int32 width = 2;
    int32 colorspace = 3;
    bytes encoded_image_string = 4;
  }
`;

const Event = protobuf.parse(schema, { keepCase: true }).root.lookupType("Event");

export type TensorboardValue =
  | { readonly tag: string; readonly simple_value: number }
  | {
      readonly tag: string;
      readonly image: {
        readonly height: number;
        readonly width: number;
        /** 3: RGB. */
        readonly colorspace: 3;
        /** A PNG file. */
        readonly encoded_image_string: Uint8Array;
      };
    };

/** The first record of a file. @param seconds since 1970 */
export function versionRecord(seconds: number): Uint8Array {
  return toRecord({ wall_time: seconds, file_version: "brain.Event:2" });
}

/** @param seconds since 1970 */
export function summaryRecord(
  step: number,
  seconds: number,
  values: readonly TensorboardValue[],
): Uint8Array {
  return toRecord({ wall_time: seconds, step, summary: { value: values } });
}

function toRecord(event: object): Uint8Array {
  const data = Event.encode(Event.fromObject(event)).finish();
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
