import { describe, expect, it } from "vitest";
import {
  baseDefaults,
  parseModelOptions,
  resolveArchitecture,
  upsamplerDefaults,
} from "@/lib/diffusion/model/model-options";

describe("parseModelOptions", () => {
  it("fills absent options with the reference's defaults of the model's kind", () => {
    expect(parseModelOptions({})).toEqual(baseDefaults);
    expect(parseModelOptions({ super_res: true })).toEqual(upsamplerDefaults);
    expect(parseModelOptions({ xf_layers: 3 })).toEqual({ ...baseDefaults, xf_layers: 3 });
  });

  it("names the file and every option at fault", () => {
    expect(() => parseModelOptions({ num_channels: "wide", colour: 1 }, "a.json")).toThrow(
      /^a\.json: .*num_channels.*colour/,
    );
    expect(() => parseModelOptions([], "a.json")).toThrow("a.json: not a JSON object of options.");
  });

  it("reads inpainting models, of both kinds", () => {
    expect(resolveArchitecture(parseModelOptions({ inpaint: true })).inpaints).toBe(true);
    expect(parseModelOptions({ inpaint: true, super_res: true }).image_size).toBe(256);
  });

  it.each([
    [{ channel_mult: "1,2" }, /channel_mult "1,2" has 2 levels, which fits images of 16 pixels/],
    [{ channel_mult: "1,x,2,2" }, /channel_mult "1,x,2,2" is not a list/],
    [{ image_size: 32 }, /image_size 32 has no default multipliers/],
    [{ attention_resolutions: "8;4" }, /attention_resolutions "8;4"/],
    [
      { num_channels: 40, num_head_channels: -1 },
      /num_channels 40 × multiplier 1 is not divisible by norm_groups 32/,
    ],
    [{ num_head_channels: 50 }, /384 channels of an attention block/],
    [{ xf_heads: 7 }, /xf_heads 7 does not divide xf_width 512/],
  ])("says which sizes do not go together: %j", (values, message) => {
    expect(() => parseModelOptions(values)).toThrow(message);
  });
});

describe("options out of an untrusted file", () => {
  it.each([
    [{ num_res_blocks: 1_000_000 }, /num_res_blocks/],
    [{ xf_layers: 1_000_000 }, /xf_layers/],
    [{ image_size: 2 ** 18, channel_mult: Array(16).fill(1).join(",") }, /image_size/],
    [{ diffusion_steps: 1e9 }, /diffusion_steps/],
  ])("cannot ask for a graph without bounds: %j", (values, message) => {
    expect(() => parseModelOptions(values)).toThrow(message);
  });
});

describe("resolveArchitecture", () => {
  it("gives the published base its levels, attention and heads", () => {
    const architecture = resolveArchitecture(baseDefaults);
    expect(architecture).toMatchObject({
      inpaints: false,
      timestepChannels: 768,
      channelMultipliers: [1, 2, 3, 4],
      attends: [false, true, true, true],
      lowResSizePx: null,
    });
    expect(architecture.headsOf(768, "shrinking")).toBe(12);
  });

  it("gives the published upsampler its levels and its low-resolution image", () => {
    expect(resolveArchitecture(upsamplerDefaults)).toMatchObject({
      inpaints: false,
      channelMultipliers: [1, 1, 2, 2, 4, 4],
      attends: [false, false, false, true, true, true],
      lowResSizePx: 64,
    });
  });

  it("takes num_heads, and in the enlarging half num_heads_upsample, where heads have no fixed width", () => {
    const fixed = { ...baseDefaults, num_head_channels: -1, num_heads: 4 };
    expect(resolveArchitecture(fixed).headsOf(384, "enlarging")).toBe(4);
    expect(resolveArchitecture({ ...fixed, num_heads_upsample: 8 }).headsOf(384, "enlarging")).toBe(8);
    expect(resolveArchitecture({ ...fixed, num_heads_upsample: 8 }).headsOf(384, "shrinking")).toBe(4);
  });

  it("makes a model without text of width 0", () => {
    expect(resolveArchitecture({ ...baseDefaults, xf_width: 0 }).text).toBeNull();
  });
});
