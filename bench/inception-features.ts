/** Features of a batch by FID's Inception network: ours by the time of pytorch-fid's network in PyTorch. */
import { join } from "node:path";
import type { Weight } from "@/lib/engine/graph/weights";
import { createSession } from "@/lib/engine/runtime/session";
import { IMAGES_PER_BATCH } from "@/lib/metrics/extractors/feature-extractor";
import {
  buildInceptionNetwork,
  foldInceptionWeights,
  inceptionInputSize,
} from "@/lib/metrics/extractors/inception-network";
import { Random } from "@/lib/numerics/random";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { relativeError } from "@/lib/verification/relative-error";
import type { Benchmark } from "./benchmark";
import { timePairs } from "./paired-runs";
import { PyTorchPeer } from "./pytorch-peer";
import { readFloats } from "./read-floats";

export function inceptionBenchmark({ aim, rounds }: { aim: number; rounds: number }): Benchmark {
  return {
    name: `inception features of ${IMAGES_PER_BATCH} images`,
    aim,
    async run({ interpreter, threads, folder }) {
      const random = new Random(2);
      const shape = [IMAGES_PER_BATCH, 3, inceptionInputSize, inceptionInputSize];
      const images = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => {
        return 2 * random.uniform() - 1;
      });
      const graph = buildInceptionNetwork(IMAGES_PER_BATCH, [2048]);
      const weights = randomWeights(graph.parameters, random);
      const session = await createSession(graph, { weights: foldInceptionWeights(weights), threads });
      const peer = interpreter === null ? null : await startPeer(interpreter);
      try {
        let agreement: number | null = null;
        if (peer) {
          const { 2048: features } = await session.run({ images });
          const path = join(folder, "features.f32");
          await peer.run(path);
          agreement = relativeError(features as Float32Array, await readFloats(path), "features");
        }
        const ours = async () => {
          const start = performance.now();
          await session.run({ images });
          return performance.now() - start;
        };
        const times = await timePairs(ours, peer && (() => peer.run()), { rounds, warmUps: 1 });
        return { times, agreement, peer: peer?.description ?? null };
      } finally {
        await Promise.all([session.release(), peer?.stop()]);
      }

      async function startPeer(python: string) {
        const [weightsPath, inputsPath] = [
          join(folder, "weights.safetensors"),
          join(folder, "inputs.safetensors"),
        ];
        await writeSafetensors(
          weightsPath,
          new Map([...weights].map(([name, { shape, data }]) => [name, float32(shape, data)])),
        );
        await writeSafetensors(inputsPath, new Map([["images", float32(shape, images)]]));
        return PyTorchPeer.start(
          python,
          { work: "inception", options: {}, weightsPath, inputsPath },
          threads,
        );
      }
    },
  };
}

function float32(shape: readonly number[], data: Weight["data"]): TensorToWrite {
  return { dtype: "float32", shape, data: data as Float32Array<ArrayBuffer> };
}

/** Weights under pytorch-fid's names, with batch norms that are not the identity. */
function randomWeights(
  folded: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  random: Random,
): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  for (const [name, { shape }] of folded) {
    if (!name.endsWith(".weight") || shape.length !== 4) continue;
    const unit = name.slice(0, -".weight".length);
    const [channels] = shape as [number];
    const scale = Math.sqrt((2 * channels) / shape.reduce((a, b) => a * b));
    const data = Float32Array.from(random.normals(shape.reduce((a, b) => a * b)), (value) => value * scale);
    weights.set(`${unit}.conv.weight`, { shape: [...shape], data });
    for (const [part, offset] of [
      ["weight", 1],
      ["bias", 0],
      ["running_mean", 0],
      ["running_var", 1],
    ] as const) {
      const values = Float32Array.from({ length: channels }, () => offset + 0.1 * (random.uniform() - 0.5));
      weights.set(`${unit}.bn.${part}`, { shape: [channels], data: values });
    }
  }
  return weights;
}
