/** Models small enough for tests, with weights for which every layer matters. */
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { type ModelOptions, parseModelOptions } from "@/lib/diffusion/model/model-options";
import type { ModelSource } from "@/lib/diffusion/model/open-model";
import { Random } from "@/lib/numerics/random";

const sizes = {
  num_channels: 32,
  num_res_blocks: 1,
  num_head_channels: 16,
  attention_resolutions: "8",
  dropout: 0,
  text_ctx: 16,
  xf_width: 32,
  xf_layers: 1,
  xf_heads: 4,
};

/** A base model of 16 pixels and an upsampler from there to 64. */
export const smallBaseOptions = parseModelOptions({ ...sizes, image_size: 16, channel_mult: "1,1" });
export const smallUpsamplerOptions = parseModelOptions({
  ...sizes,
  image_size: 64,
  channel_mult: "1,1,1,1",
  super_res: true,
});

/** Initial weights, with the tensors that start at zero filled, without which a model ignores its input. */
export function modelWithRandomWeights(options: ModelOptions, seed: number): ModelSource {
  const weights = initialWeights(options, seed);
  const random = new Random(seed, 1);
  for (const { data } of weights.values()) {
    if (data.every((value) => value === 0))
      data.set(random.normals(data.length).map((value) => 0.05 * value));
  }
  return { options, loadWeights: async () => weights };
}
