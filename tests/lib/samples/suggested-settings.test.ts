import { expect, test } from "vitest";
import { guidanceScales, sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import {
  suggestBaseSettings,
  suggestClipScales,
  suggestUnlessGiven,
  suggestUpsamplerSettings,
} from "@/lib/samples/suggested-settings";

const published = sampleSettings.parse({});

test("bases of GLIDE's width use the usual sampler, their upsamplers the fewest steps with the notebook's scores", () => {
  expect(published).toMatchObject(suggestBaseSettings({ num_channels: 192 }));
  expect(suggestUpsamplerSettings({ num_channels: 192 })).toEqual({
    upsampleSampler: "unipc",
    upsampleRespacing: "8",
    upsampleTemperature: published.upsampleTemperature,
    upsampleStrength: 1,
  });
});

test("upsamplers that complete images keep the notebook's settings", () => {
  for (const num_channels of [32, 192]) {
    expect(published).toMatchObject(suggestUpsamplerSettings({ num_channels, inpaint: true }));
  }
});

test("small models use fresh noise at every step, and their upsamplers start from the enlarged image", () => {
  expect(suggestBaseSettings({ num_channels: 64 })).toEqual({ sampler: "sde-dpm-solver++", steps: 8 });
  const upsampling = suggestUpsamplerSettings({ num_channels: 32 });
  expect(upsampling.upsampleStrength).toBeLessThan(1);
  expect(sampleSettings.parse({ ...upsampling })).toMatchObject(upsampling);
});

test("whoever says how a part is sampled gets no suggestion for the rest of it", () => {
  const base = { suggested: suggestBaseSettings({ num_channels: 64 }) };
  const upsampler = { suggested: suggestUpsamplerSettings({ num_channels: 64 }) };
  expect(suggestUnlessGiven({ guidanceScale: 5 }, base, upsampler)).toEqual({
    ...base.suggested,
    ...upsampler.suggested,
  });
  expect(suggestUnlessGiven({ sampler: "ddim" }, base, upsampler)).toEqual(upsampler.suggested);
  expect(suggestUnlessGiven({ upsampleRespacing: "50" }, base, upsampler)).toEqual(base.suggested);
  expect(suggestUnlessGiven({}, base, undefined)).toEqual(base.suggested);
});

test("CLIP scales reach GLIDE's for its noised CLIP, and the measured one for the demo's", () => {
  const { clip } = guidanceScales(sampleSettings.parse({ guidance: "clip" }));
  expect(suggestClipScales("published").at(-1)).toBe(clip);
  expect(suggestClipScales("demo").at(-1)).toBe(10);
});
