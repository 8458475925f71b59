/** Named sizes of GLIDE models. */
import { baseDefaults, type ModelOptions, upsamplerDefaults } from "./model-options";

export const presetNames = ["tiny", "small", "glide"] as const;
export type PresetName = (typeof presetNames)[number];
export type ModelKind = "base" | "upsampler";

/**
 * Options by size and kind; each is what inferModelOptions reads off its own weights, apart from options without
 * effect on the model.
 */
const presets: Readonly<Record<PresetName, Readonly<Record<ModelKind, Partial<ModelOptions>>>>> = {
  glide: { base: {}, upsampler: {} },
  small: {
    base: {
      num_channels: 64,
      num_res_blocks: 1,
      channel_mult: "1,1,2,2",
      attention_resolutions: "16,8",
      xf_width: 64,
      xf_layers: 4,
      xf_heads: 4,
    },
    upsampler: {
      num_channels: 64,
      num_res_blocks: 1,
      channel_mult: "1,1,1,1,2,2",
      attention_resolutions: "16,8",
      xf_width: 64,
      xf_layers: 4,
      xf_heads: 4,
    },
  },
  tiny: {
    base: {
      num_channels: 32,
      num_res_blocks: 1,
      num_head_channels: 32,
      channel_mult: "1,1,1,2",
      attention_resolutions: "16,8",
      xf_width: 32,
      xf_layers: 2,
      xf_heads: 4,
    },
    upsampler: {
      num_channels: 32,
      num_res_blocks: 1,
      num_head_channels: 32,
      channel_mult: "1,1,1,1,1,1",
      attention_resolutions: "16,8",
      xf_width: 32,
      xf_layers: 2,
      xf_heads: 4,
    },
  },
};

/**
 * The options of a named size. Parameters of base and upsampler (in the smaller sizes, the token table's 50,257 rows are a
 * large part): `glide` 385.0M and 398.4M as published, `small` 9.9M and 11.1M, `tiny` 2.8M and 2.7M.
 */
export function presetOptions(name: PresetName, kind: ModelKind): ModelOptions {
  return { ...(kind === "base" ? baseDefaults : upsamplerDefaults), ...presets[name][kind] };
}
