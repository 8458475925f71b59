import { expect, test } from "vitest";
import { guidanceScales, sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import {
  suggestBaseSettings,
  suggestClipScales,
  suggestUpsamplerSettings,
} from "@/lib/samples/suggested-settings";

test("models of GLIDE's width use its settings", () => {
  const defaults = sampleSettings.parse({});
  expect(defaults).toMatchObject(suggestBaseSettings({ num_channels: 192 }));
  expect(defaults).toMatchObject(suggestUpsamplerSettings({ num_channels: 192 }));
});

test("small models use ancestral sampling, and upsamplers start from the enlarged image", () => {
  expect(suggestBaseSettings({ num_channels: 64 })).toEqual({ sampler: "ancestral", steps: 50 });
  const upsampling = suggestUpsamplerSettings({ num_channels: 32 });
  expect(upsampling.upsampleStrength).toBeLessThan(1);
  expect(sampleSettings.parse({ ...upsampling })).toMatchObject(upsampling);
});

test("CLIP scales reach GLIDE's for its noised CLIP, and the measured one for the demo's", () => {
  const { clip } = guidanceScales(sampleSettings.parse({ guidance: "clip" }));
  expect(suggestClipScales("published").at(-1)).toBe(clip);
  expect(suggestClipScales("demo").at(-1)).toBe(10);
});
