/** One sample of 256 pixels, from the caption to its bytes: ours by the time of PyTorch's calls of both models. */
import { type PresetName, presetOptions } from "@/lib/diffusion/model/model-presets";
import { createImageSampler } from "@/lib/diffusion/sampling/sample-image";
import type { Benchmark } from "./benchmark";
import { makeGlideCase, toPeerCase } from "./glide-case";
import { timePairs } from "./paired-runs";
import { PyTorchPeer } from "./pytorch-peer";

/** GLIDE's respacing of the upsampler has 27 steps. */
const upsamplerSteps = 27;

/**
 * Ours samples with guidance and rounds the images. PyTorch only calls its models as often, on inputs that stay the same:
 * what it would do between the calls takes next to nothing.
 */
export function sampleBenchmark(
  preset: PresetName,
  settings: { aim: number | null; rounds: number; warmUps: number; steps: number },
): Benchmark {
  return {
    name: `sample of ${preset}, ${settings.steps} + ${upsamplerSteps} steps`,
    aim: settings.aim,
    async run({ interpreter, threads, provider, folder }) {
      const kinds = ["base", "upsampler"] as const;
      const cases = kinds.map((kind) => makeGlideCase(presetOptions(preset, kind), kind === "base" ? 2 : 1));
      const peers: PyTorchPeer[] = [];
      for (const glide of interpreter === null ? [] : cases) {
        const peerCase = await toPeerCase(glide, "forward", { folder, provider });
        peers.push(await PyTorchPeer.start(interpreter!, peerCase, threads));
      }
      const source = (index: number) => {
        const { options, weights } = cases[index]!;
        return {
          options,
          loadWeights: async (names: Iterable<string>) =>
            new Map([...names].map((name) => [name, weights.get(name)!])),
        };
      };
      const sampler = createImageSampler({ base: source(0), upsampler: source(1), provider, threads });
      const ours = async () => {
        const start = performance.now();
        const { upsampled } = await sampler.sampleImage({
          caption: "a corgi in a field",
          seed: 1,
          settings: { steps: settings.steps },
        });
        if (upsampled?.widthPx !== cases[1]!.options.image_size) throw new Error("The sample is too small.");
        return performance.now() - start;
      };
      const calls = [settings.steps, upsamplerSteps];
      const theirs = async () => {
        let milliseconds = 0;
        for (const [index, peer] of peers.entries()) {
          for (let call = 0; call < calls[index]!; call++) milliseconds += await peer.run();
        }
        return milliseconds;
      };
      try {
        const times = await timePairs(ours, peers.length > 0 ? theirs : null, settings);
        return { times, agreement: null, peer: peers[0]?.description ?? null };
      } finally {
        await Promise.all([sampler.release(), ...peers.map((peer) => peer.stop())]);
      }
    },
  };
}
