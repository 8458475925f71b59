/** Forward, backward and AdamW on the whole model, on a card with its weights there: ours by PyTorch's time. */
import { type PresetName, presetOptions } from "@/lib/diffusion/model/model-presets";
import { timestepEmbedding } from "@/lib/diffusion/model/timestep-embedding";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { fineTuneSettings, type TrainingSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { Batch, Learner } from "@/lib/diffusion/training/learner";
import { ProcessorLearner } from "@/lib/diffusion/training/processor-learner";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import { type ExecutionProvider, isWebgpu, wantedAdapter } from "@/lib/engine/graph/execution-provider";
import { relativeError } from "@/lib/verification/relative-error";
import type { Benchmark } from "./benchmark";
import { type GlideCase, joinedMasks, joinedTokens, makeGlideCase, toPeerCase } from "./glide-case";
import { timePairs } from "./paired-runs";
import { PyTorchPeer } from "./pytorch-peer";
import { readFloats } from "./read-floats";

const learningRate = 1e-4;
/** Losses compared before the time is taken. */
const comparedSteps = 4;

/** As in a run, but without what PyTorch does not do here: dropout, clipping, weight decay and the average. */
async function createLearner(
  { options, timesteps, weights }: GlideCase,
  { threads, provider }: { threads: number; provider: ExecutionProvider },
): Promise<Learner> {
  const graphSettings = {
    options,
    diffusion: createDiffusion({
      noiseSchedule: options.noise_schedule,
      diffusionSteps: options.diffusion_steps,
    }),
    batchSize: timesteps.length,
    dropoutRate: 0,
    trained: "all",
    learnsVariance: false,
    recomputesBlocks: false,
  } as const;
  const settings: TrainingSettings = {
    ...fineTuneSettings.parse({}),
    weightDecay: 0,
    emaDecay: 0,
    gradientClipNorm: Number.POSITIVE_INFINITY,
    accumulationSteps: 1,
  };
  if (isWebgpu(provider)) {
    const { CardLearner } = await import("@/lib/diffusion/training/card-learner");
    return CardLearner.create(graphSettings, weights, { ...settings, adapter: wantedAdapter(provider) });
  }
  const arrays = new Map([...weights].map(([name, { data }]) => [name, data as Float32Array]));
  return new ProcessorLearner(
    await TrainingStep.create({ ...graphSettings, provider, threads }),
    arrays,
    settings,
  );
}

export function trainingStepBenchmark(
  preset: PresetName,
  {
    kind = "base",
    ...settings
  }: { aim: number | null; batchSize: number; rounds: number; kind?: "base" | "upsampler" },
): Benchmark {
  return {
    name: `training step of ${preset}${kind === "base" ? "" : "’s upsampler"}, B = ${settings.batchSize}`,
    aim: settings.aim,
    async run({ interpreter, threads, provider, folder }) {
      const glide = makeGlideCase(presetOptions(preset, kind), settings.batchSize);
      const { options } = glide;
      const peerCase =
        interpreter === null
          ? null
          : await toPeerCase(glide, "training step", { folder, provider, learningRate });
      const learner = await createLearner(glide, { threads, provider });
      const batch: Batch = {
        noisy_images: glide.images,
        timestep_embedding: timestepEmbedding(glide.timesteps, options.num_channels),
        tokens: joinedTokens(glide),
        text_mask: joinedMasks(glide),
        noise: glide.noise,
        ...(glide.lowResImages && { low_res_images: glide.lowResImages }),
      };
      const step = async () =>
        (await learner.step([async () => batch], { learningRate, averageDecay: 0 })).loss;
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
        await Promise.all([learner.release(), peer?.stop()]);
      }
    },
  };
}
