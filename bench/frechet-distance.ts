/** The Fréchet distance of 1,000 against 1,000 vectors of 2048 dimensions: ours by the time of scipy's matrix root. */
import { join } from "node:path";
import { frechetDistance } from "@/lib/metrics/measures/frechet-distance";
import { Random } from "@/lib/numerics/random";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import type { Benchmark } from "./benchmark";
import { timePairs } from "./paired-runs";
import { PyTorchPeer } from "./pytorch-peer";
import { readFloats } from "./read-floats";

const [count, dims] = [1000, 2048];

export function frechetBenchmark({ aim, rounds }: { aim: number; rounds: number }): Benchmark {
  return {
    name: `frechet distance, ${count} against ${count} of ${dims} dimensions`,
    aim,
    async run({ interpreter, threads, folder }) {
      const random = new Random(3);
      const [a, b] = [0, 0.1].map((shift) => ({
        count,
        dims,
        values: Float32Array.from(random.normals(count * dims), (value) => value + shift),
      })) as [Parameters<typeof frechetDistance>[0], Parameters<typeof frechetDistance>[1]];
      const peer = interpreter === null ? null : await startPeer(interpreter);
      try {
        let agreement: number | null = null;
        if (peer) {
          const path = join(folder, "distance.f32");
          await peer.run(path);
          agreement = Math.abs((await readFloats(path))[0]! / (await frechetDistance(a, b)) - 1);
        }
        const ours = async () => {
          const start = performance.now();
          await frechetDistance(a, b);
          return performance.now() - start;
        };
        const times = await timePairs(ours, peer && (() => peer.run()), { rounds, warmUps: 3 });
        return { times, agreement, peer: peer?.description ?? null };
      } finally {
        await peer?.stop();
      }

      async function startPeer(python: string) {
        const inputsPath = join(folder, "features.safetensors");
        const float32 = ({ values }: typeof a): TensorToWrite => ({
          dtype: "float32",
          shape: [count, dims],
          data: values as Float32Array<ArrayBuffer>,
        });
        await writeSafetensors(
          inputsPath,
          new Map([
            ["a", float32(a)],
            ["b", float32(b)],
          ]),
        );
        return PyTorchPeer.start(
          python,
          { work: "frechet", options: {}, weightsPath: null, inputsPath },
          threads,
        );
      }
    },
  };
}
