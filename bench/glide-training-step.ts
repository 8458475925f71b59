/** Forward, backward and AdamW on the whole model: ours by PyTorch's time. */
import { type PresetName, presetOptions } from "@/lib/diffusion/model/model-presets";
import { timestepEmbedding } from "@/lib/diffusion/model/timestep-embedding";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { AdamW } from "@/lib/diffusion/training/adamw";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import { relativeError } from "@/lib/diffusion/verification/relative-error";
import type { Benchmark } from "./benchmark";
import { joinedMasks, joinedTokens, makeGlideCase, toPeerCase } from "./glide-case";
import { timePairs } from "./paired-runs";
import { PyTorchPeer } from "./pytorch-peer";
import { readFloats } from "./read-floats";

const learningRate = 1e-4;
/** Losses compared before the time is taken. */
const comparedSteps = 4;

export function trainingStepBenchmark(
  preset: PresetName,
  settings: { aim: number | null; batchSize: number; rounds: number },
): Benchmark {
  return {
    name: `training step of ${preset}, B = ${settings.batchSize}`,
    aim: settings.aim,
    async run({ interpreter, threads, provider, folder }) {
      const glide = makeGlideCase(presetOptions(preset, "base"), settings.batchSize);
      const { options } = glide;
      const peerCase =
        interpreter === null
          ? null
          : await toPeerCase(glide, "training step", { folder, provider, learningRate });
      const graph = await TrainingStep.create({
        options,
        diffusion: createDiffusion({
          noiseSchedule: options.noise_schedule,
          diffusionSteps: options.diffusion_steps,
        }),
        batchSize: settings.batchSize,
        dropoutRate: 0,
        trained: "all",
        learnsVariance: false,
        threads,
        provider,
      });
      const weights = new Map([...glide.weights].map(([name, { data }]) => [name, data]));
      const gradients = new Map([...weights].map(([name, { length }]) => [name, new Float32Array(length)]));
      const optimiser = new AdamW(weights, { learningRate });
      const batch = {
        noisy_images: glide.images,
        timestep_embedding: timestepEmbedding(glide.timesteps, options.num_channels),
        tokens: joinedTokens(glide),
        text_mask: joinedMasks(glide),
        noise: glide.noise,
      };
      const step = async () => {
        const loss = await graph.run(weights, batch, gradients);
        optimiser.step(gradients);
        return loss;
      };
      const peer = peerCase && (await PyTorchPeer.start(interpreter!, peerCase, threads));
      try {
        const own: number[] = [];
        const others: number[] = [];
        for (let index = 0; index < comparedSteps; index++) {
          own.push(await step());
          if (!peer) continue;
          const path = `${folder}/loss.f32`;
          await peer.run(path);
          others.push((await readFloats(path))[0]!);
        }
        const ours = async () => {
          const start = performance.now();
          await step();
          return performance.now() - start;
        };
        const times = await timePairs(ours, peer && (() => peer.run()), {
          rounds: settings.rounds,
          warmUps: 0,
        });
        return {
          times,
          agreement: peer && relativeError(own, others, "losses"),
          peer: peer?.description ?? null,
        };
      } finally {
        await Promise.all([graph.release(), peer?.stop()]);
      }
    },
  };
}
