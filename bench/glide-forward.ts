/** The UNet's prediction, the work of one sampling step: ours by PyTorch's time. */
import { type ModelKind, type PresetName, presetOptions } from "@/lib/diffusion/model/model-presets";
import { type CaptionEncoding, ModelSessions } from "@/lib/diffusion/model/model-sessions";
import { relativeError } from "@/lib/verification/relative-error";
import type { Benchmark } from "./benchmark";
import { makeGlideCase, toPeerCase } from "./glide-case";
import { timePairs } from "./paired-runs";
import { PyTorchPeer } from "./pytorch-peer";
import { readFloats } from "./read-floats";

/** A base is asked with the caption and without, as guidance wants; an upsampler is not guided. */
const batchSizes: Readonly<Record<ModelKind, number>> = { base: 2, upsampler: 1 };

export function forwardBenchmark(
  preset: PresetName,
  settings: { aim: number | null; rounds: number; kind?: ModelKind },
): Benchmark {
  const { kind = "base" } = settings;
  const batchSize = batchSizes[kind];
  return {
    name: `forward of ${preset}${kind === "base" ? "" : " upsampler"}, B = ${batchSize}`,
    aim: settings.aim,
    async run({ interpreter, threads, provider, folder }) {
      const glide = makeGlideCase(presetOptions(preset, kind), batchSize);
      const peerCase = interpreter === null ? null : await toPeerCase(glide, "forward", { folder, provider });
      let weights: typeof glide.weights | null = glide.weights;
      const { images, timesteps, lowResImages } = glide;
      const sessions = new ModelSessions(
        {
          options: glide.options,
          loadWeights: async (names) => new Map([...names].map((name) => [name, weights!.get(name)!])),
        },
        { threads, provider },
      );
      const captions: (CaptionEncoding | null)[] = [];
      for (const caption of glide.captions) captions.push(await sessions.encodeCaption(caption));
      const predict = () => sessions.predict({ images, timesteps, captions, known: null, lowResImages });
      const first = await predict();
      weights = null;
      const peer = peerCase && (await PyTorchPeer.start(interpreter!, peerCase, threads));
      try {
        let agreement: number | null = null;
        if (peer) {
          const path = `${folder}/prediction.f32`;
          await peer.run(path);
          agreement = relativeError(first, await readFloats(path), "prediction");
        }
        const ours = async () => {
          const start = performance.now();
          await predict();
          return performance.now() - start;
        };
        const times = await timePairs(ours, peer && (() => peer.run()), {
          rounds: settings.rounds,
          warmUps: 1,
        });
        return { times, agreement, peer: peer?.description ?? null };
      } finally {
        await Promise.all([sessions.release(), peer?.stop()]);
      }
    },
  };
}
