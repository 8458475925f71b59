/** How the demo's noised CLIP is made. */
import { type ClipOptions, parseClipOptions } from "@/lib/diffusion/noised-clip/clip-options";
import type { ClipTrainingSettings } from "@/lib/diffusion/training/noised-clip/train-noised-clip";
import type { PairsRecipe } from "./world-pairs";

export type NoisedClipRecipe = {
  readonly options: ClipOptions;
  readonly settings: ClipTrainingSettings;
  /** The first ones of the set clip-training, which the demo's CLIP for metrics learns from too. */
  readonly images: number;
  readonly pairs: Pick<PairsRecipe, "shiftPx" | "captionShares">;
};

export const noisedClipRecipe: NoisedClipRecipe = {
  // The published architecture, narrow, with patches twice as wide; captions of the world have at most 30 tokens.
  options: parseClipOptions(
    {
      patch_size: 8,
      n_vocab: 49_408,
      max_text_len: 32,
      n_embd: 64,
      n_head_state_text: 32,
      n_head_text: 2,
      n_xf_blocks_text: 2,
      n_head_state_image: 32,
      n_head_image: 3,
      n_xf_blocks_image: 3,
    },
    "the recipe of the demo’s noised CLIP",
  ),
  settings: {
    seed: 1,
    batchSize: 64,
    steps: 1200,
    learningRate: 1e-3,
    warmupSteps: 100,
    weightDecay: 0.05,
    gradientClipNorm: 1,
    emaDecay: 0.99,
    firstLogitScale: 14,
    mostLogitScale: 100,
    checkpointEverySteps: 100,
  },
  images: 2000,
  pairs: { shiftPx: 3, captionShares: { fur: 0.95, setting: 0.95 } },
};
