/** Sparse files of over 4 GB: positions beyond 32 bits, and only the requested tensors are read. */
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { writeSparseZip64 } from "./sparse-zip64";
import { useTemporaryFolder } from "./temporary-folder";
import { floats, pickle, tensor } from "./torch-files";

const folder = useTemporaryFolder();
const largeLength = 1.25 * 2 ** 30;

describe("openCheckpoint on files of over 4 GB", () => {
  it("reads torch's zip64 entries", async () => {
    const path = join(folder.path, "large.pt");
    const root = {
      dict: [
        ["large", tensor({ storageLength: largeLength, shape: [2 ** 15, 40960], strides: [1, 2 ** 15] })],
        ["small", tensor({ key: "1", storageLength: 3, shape: [3], strides: [1] })],
        ["corner", tensor({ storageLength: largeLength, offset: largeLength - 2, shape: [2], strides: [1] })],
      ],
    } as const;
    const pickled = pickle(root);
    writeSparseZip64(path, [
      { name: "archive/data.pkl", bytes: pickled, size: pickled.length },
      { name: "archive/data/0", bytes: floats(), size: largeLength * 4 },
      { name: "archive/data/1", bytes: floats(1, 2, 3), size: 12 },
    ]);
    const checkpoint = await openCheckpoint(path);
    expect(checkpoint.tensors.get("large")?.shape).toEqual([2 ** 15, 40960]);
    expect(await checkpoint.readFloat32("small")).toEqual(Float32Array.of(1, 2, 3));
    expect(await checkpoint.readFloat32("corner")).toEqual(Float32Array.of(0, 0));
    await checkpoint.close();
  });

  it("reads safetensors at such positions", async () => {
    const end = largeLength * 4;
    const header = Buffer.from(
      JSON.stringify({
        large: { dtype: "F32", shape: [largeLength], data_offsets: [0, end] },
        small: { dtype: "I32", shape: [2], data_offsets: [end, end + 8] },
      }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const path = folder.write("large.safetensors", Buffer.concat([length, header]));
    truncateSync(path, 8 + header.length + end + 8);
    const checkpoint = await openCheckpoint(path);
    expect(await checkpoint.readFloat32("small")).toEqual(Float32Array.of(0, 0));
    await checkpoint.close();
  });
});
