/** Hundreds of random mutations of small checkpoints: each is either read or rejected with a message. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SemblanceError } from "@/lib/errors";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { useTemporaryFolder } from "./temporary-folder";
import { floats, type PickleSource, pickle, tensor, torchLegacy, torchZip } from "./torch-files";

const folder = useTemporaryFolder();

/** A small generator (mulberry32), so that every run tries the same mutations. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const mutated = Buffer.from(bytes);
  const kind = below(4);
  if (kind === 0) return mutated.subarray(0, below(mutated.length));
  if (kind === 1) {
    const [from, length] = [below(mutated.length), below(16)];
    return Buffer.concat([mutated.subarray(0, from), mutated.subarray(from + length)]);
  }
  const extremes = [0x00, 0xff, 0x7f, 0x80];
  for (let count = 1 + below(4); count > 0; count--) {
    mutated[below(mutated.length)] = kind === 2 ? below(256) : (extremes[below(4)] as number);
  }
  return mutated;
}

function torchRoot(view: PickleSource[]): PickleSource {
  return {
    dict: [
      ["a", tensor({ storageLength: 4, shape: [2, 2], strides: [1, 2] }, view)],
      ["b", tensor({ storageLength: 4, offset: 1, shape: [3], strides: [1] }, view)],
      [
        "c",
        tensor({ storageClass: "HalfStorage", key: "1", storageLength: 2, shape: [2], strides: [1] }, view),
      ],
    ],
  };
}

const storages = { 0: floats(1, 2, 3, 4), 1: Uint8Array.of(0, 0x3c, 0, 0x40) };

async function originals(): Promise<Record<string, Uint8Array>> {
  const path = join(folder.path, "original.safetensors");
  await writeSafetensors(
    path,
    new Map([
      ["a", { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
      ["b", { dtype: "int64", shape: [2], data: BigInt64Array.of(1n, 2n) }],
    ]),
    { step: "1" },
  );
  return {
    safetensors: readFileSync(path),
    "torch-zip": torchZip(pickle(torchRoot([])), storages),
    "torch-legacy": torchLegacy(torchRoot([null]), [
      { key: "0", length: 4, bytes: storages[0] },
      { key: "1", length: 2, bytes: storages[1] },
    ]),
  };
}

describe("openCheckpoint on mutated files", () => {
  it.each(["safetensors", "torch-zip", "torch-legacy"])(
    "reads or rejects 400 mutations of %s",
    async (format) => {
      const original = (await originals())[format] as Uint8Array;
      const random = createRandom(20261123);
      let refused = 0;
      let read = 0;
      for (let round = 0; round < 400; round++) {
        const path = folder.write(`mutated-${format}`, mutate(original, random));
        try {
          const checkpoint = await openCheckpoint(path);
          try {
            for (const name of checkpoint.tensors.keys()) {
              await checkpoint.readFloat32(name);
              await checkpoint.read(name);
            }
            read++;
          } finally {
            await checkpoint.close();
          }
        } catch (error) {
          expect(error, `round ${round}`).toBeInstanceOf(SemblanceError);
          refused++;
        }
      }
      // Both ends are reached, or the mutations test nothing.
      expect(refused).toBeGreaterThan(100);
      expect(read).toBeGreaterThan(10);
    },
  );
});
