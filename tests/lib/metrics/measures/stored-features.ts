/** Reads named float32 and uint8 tensors of a safetensors file; enough of the format for reference values. */
import { readFileSync } from "node:fs";

export type StoredTensor = { shape: number[]; data: Float32Array | Uint8Array };

/** Every tensor of a reference file by name. */
export function readReferenceTensors(path: string): (name: string) => StoredTensor {
  const bytes = readFileSync(path);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength));
  return (name) => {
    const { dtype, shape, data_offsets } = header[name];
    const [start, end] = data_offsets.map((offset: number) => bytes.byteOffset + 8 + headerLength + offset);
    const buffer = bytes.buffer.slice(start, end);
    return { shape, data: dtype === "U8" ? new Uint8Array(buffer) : new Float32Array(buffer) };
  };
}
