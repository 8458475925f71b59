import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NoisedClip, openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import { samplerNames } from "@/lib/diffusion/samplers";
import { pixelsToRgb, rgbToPixels } from "@/lib/diffusion/sampling/rgb-image";
import {
  createImageSampler,
  type ImageSampler,
  type SamplingSettings,
  type SamplingStep,
} from "@/lib/diffusion/sampling/sample-image";
import { resizeBilinear } from "@/lib/images/resize-bilinear";
import { modelWithRandomWeights, smallBaseOptions, smallUpsamplerOptions } from "../model/small-models";
import { smallClipOptions, writeRandomClip } from "../noised-clip/random-clip";

const base = modelWithRandomWeights(smallBaseOptions, 1);
const upsampler = modelWithRandomWeights(smallUpsamplerOptions, 2);
const settings: Partial<SamplingSettings> = { sampler: "ancestral", steps: 4, upsampleRespacing: "3" };

describe("sampleImage", () => {
  const sampler = createImageSampler({ base, upsampler });
  afterAll(() => sampler.release());

  it("gives the same bits, whatever was drawn before", async () => {
    const request = { caption: "a corgi in a field", seed: 7, settings };
    const first = await sampler.sampleImage(request);
    await sampler.sampleImage({
      caption: "a red fox",
      seed: 8,
      settings: { ...settings, guidanceScale: 1 },
    });
    const again = await sampler.sampleImage(request);
    const fresh = createImageSampler({ base, upsampler });
    const alone = await fresh.sampleImage(request);
    await fresh.release();
    expect(again).toEqual(first);
    expect(alone).toEqual(first);
    expect(new Set(first.base.data).size).toBeGreaterThan(20);
  });

  it("depends on caption, seed and every setting", async () => {
    const bits = async (change: object, part: "base" | "upsampled" = "base") => {
      const { caption = "a corgi", seed = 1, ...rest } = change as { caption?: string; seed?: number };
      const image = await sampler.sampleImage({ caption, seed, settings: { ...settings, ...rest } });
      return Buffer.from(image[part]!.data).toString("base64");
    };
    const changes = [{}, { caption: "a fox" }, { seed: 2 }, { guidanceScale: 1 }, { steps: 5 }];
    const bases = [...changes, { sampler: "ddim" }, { sampler: "dpm-solver++" }];
    expect(new Set(await Promise.all(bases.map((change) => bits(change)))).size).toBe(bases.length);
    const upsampled = [
      {},
      { upsampleRespacing: "4" },
      { upsampleTemperature: 0.5 },
      { upsampleStrength: 0.6 },
      { upsampleSampler: "unipc" },
    ];
    expect(new Set(await Promise.all(upsampled.map((change) => bits(change, "upsampled")))).size).toBe(5);
  });

  it("records everything that determined the image", async () => {
    const {
      record,
      base: small,
      upsampled,
    } = await sampler.sampleImage({
      caption: "word ".repeat(30),
      seed: 2n ** 60n,
      settings,
    });
    expect(record).toEqual({
      caption: "word ".repeat(30),
      captionTruncated: true,
      seed: "1152921504606846976",
      settings: {
        ...settings,
        guidance: "classifier-free",
        guidanceScale: 3,
        upsampleTemperature: 0.997,
        upsampleSampler: "ddim",
        upsampleStrength: 1,
        samplingPrecision: "float32",
      },
      timesteps: { base: [999, 666, 333, 0], upsampler: [999, 500, 0] },
      provider: "cpu",
    });
    expect([small.widthPx, small.heightPx, small.data.length]).toEqual([16, 16, 768]);
    expect([upsampled!.widthPx, upsampled!.data.length]).toEqual([64, 12_288]);
  });

  it("runs the last part of the upsampler's process from the noisy enlargement", async () => {
    const whole = await sampler.sampleImage({ caption: "a fox", seed: 5, settings });
    const part = { ...settings, upsampleRespacing: "1000", upsampleStrength: 0.002, upsampleTemperature: 0 };
    const {
      base: small,
      upsampled,
      record,
    } = await sampler.sampleImage({
      caption: "a fox",
      seed: 5,
      settings: part,
    });
    expect(small).toEqual(whole.base);
    expect(record.timesteps.upsampler).toEqual([1, 0]);
    // Two steps of next to no noise change an 8-bit value by little: what is seen is the enlargement.
    const enlarged = pixelsToRgb(
      resizeBilinear({ width: 16, height: 16, data: rgbToPixels(small) }, 64, 64, "half-pixel").data,
      64,
    );
    const differences = upsampled!.data.map((value, at) => Math.abs(value - enlarged.data[at]!));
    expect(Math.max(...differences)).toBeLessThan(12);
    expect(
      Math.max(...whole.upsampled!.data.map((value, at) => Math.abs(value - enlarged.data[at]!))),
    ).toBeGreaterThan(100);
  });

  it.each(samplerNames)("begins %s as noisy as the enlargement is", async (upsampleSampler) => {
    const part = { ...settings, upsampleSampler, upsampleRespacing: "8", upsampleStrength: 0.5 };
    const { record } = await sampler.sampleImage({ caption: "a fox", seed: 5, settings: part });
    // The noisiest of the eight steps 0, 143, ... 999 that is within the last half.
    expect(record.timesteps.upsampler![0]).toBe(428);
    expect(record.timesteps.upsampler).toHaveLength(4);
  });

  it("reports every step of both models", async () => {
    const steps: SamplingStep[] = [];
    await sampler.sampleImage({
      caption: "a fox",
      seed: 0,
      settings,
      onStep: (step) => void steps.push(step),
    });
    expect(steps.map(({ stage, step, stepCount }) => `${stage} ${step}/${stepCount}`)).toEqual([
      "base 1/4",
      "base 2/4",
      "base 3/4",
      "base 4/4",
      "upsampler 1/3",
      "upsampler 2/3",
      "upsampler 3/3",
    ]);
  });

  it("throws what onStep throws", async () => {
    const onStep = ({ step }: SamplingStep) => {
      if (step === 2) throw new Error("enough");
    };
    await expect(sampler.sampleImage({ caption: "a fox", seed: 0, settings, onStep })).rejects.toThrow(
      "enough",
    );
  });

  it.each([
    [{ sampler: "euler" as "ddim" }, 'There is no sampler "euler".'],
    [{ upsampleSampler: "euler" as "ddim" }, 'There is no sampler "euler".'],
    [{ guidanceScale: Number.NaN }, "The guidance scale NaN is not a number."],
    [{ upsampleTemperature: -1 }, "The upsampling temperature -1 is not a number of at least 0."],
    [{ upsampleStrength: 0 }, "The upsampling strength 0 is not a number above 0 and at most 1."],
    [{ upsampleStrength: 1.1 }, "The upsampling strength 1.1 is not a number above 0 and at most 1."],
    [{ steps: 2000 }, '"2000" does not choose steps out of 1000.'],
  ])("refuses %j", async (change, message) => {
    const request = { caption: "a fox", seed: 0, settings: { ...settings, ...change } };
    await expect(sampler.sampleImage(request)).rejects.toThrow(message);
  });
});

describe("CLIP guidance", () => {
  let folder = "";
  let clip: NoisedClip;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-guided-"));
    clip = await openNoisedClip(await writeRandomClip(folder, smallClipOptions));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const caption = "a corgi in a field";
  const agreementWith = async (sampler: ImageSampler, given: Partial<SamplingSettings>) => {
    const image = await sampler.sampleImage({ caption, seed: 3, settings: { ...settings, ...given } });
    const { embedding } = await clip.embedCaption(clip.tokensOf(caption));
    return (await clip.judge(rgbToPixels(image.base), 0, embedding)).agreement;
  };

  it.each(samplerNames)("makes images of %s agree more with their caption", async (name) => {
    const sampler = createImageSampler({ base, clip });
    const steps = { sampler: name, steps: 20 };
    const unguided = await agreementWith(sampler, { ...steps, guidance: "none" });
    const guided = await agreementWith(sampler, { ...steps, guidance: "clip", clipGuidanceScale: 0.002 });
    const strongly = await agreementWith(sampler, { ...steps, guidance: "clip", clipGuidanceScale: 0.05 });
    expect(Math.min(guided, strongly)).toBeGreaterThan(unguided);
    expect(strongly - unguided).toBeGreaterThan(5);
    const both = await agreementWith(sampler, { ...steps, guidance: "both" });
    expect(both).not.toBe(strongly);
  });

  it("does not change the image at scale 0, and no guidance equals scale 1 without CLIP", async () => {
    const sampler = createImageSampler({ base, clip });
    const draw = async (given: Partial<SamplingSettings>) =>
      (await sampler.sampleImage({ caption, seed: 3, settings: { ...settings, ...given } })).base.data;
    const none = await draw({ guidance: "none" });
    expect(await draw({ guidance: "clip", clipGuidanceScale: 0 })).toEqual(none);
    expect(await draw({ guidanceScale: 1 })).toEqual(none);
    expect(await draw({ guidance: "both", clipGuidanceScale: 0 })).toEqual(await draw({}));
  });

  it("is rejected without a CLIP, and with one of other images or another process", async () => {
    const request = { caption, seed: 3, settings: { ...settings, guidance: "clip" as const } };
    await expect(createImageSampler({ base }).sampleImage(request)).rejects.toThrow(
      "CLIP guidance was asked for, but no noised CLIP was given.",
    );
    const larger = { ...base, options: { ...smallBaseOptions, image_size: 32, channel_mult: "1,1,1" } };
    expect(() => createImageSampler({ base: larger, clip })).toThrow(
      "The noised CLIP reads 16 px images, but the base draws 32 px images.",
    );
    const longer = { ...base, options: { ...smallBaseOptions, diffusion_steps: 2000 } };
    expect(() => createImageSampler({ base: longer, clip })).toThrow(
      "The noised CLIP knows 1000 timesteps, but the base’s process has 2000.",
    );
  });
});

describe("createImageSampler", () => {
  it("draws without an upsampler, the same base image", async () => {
    const alone = createImageSampler({ base });
    const both = createImageSampler({ base, upsampler });
    const request = { caption: "a corgi", seed: 3, settings };
    const image = await alone.sampleImage(request);
    expect(image.upsampled).toBeNull();
    expect(image.base).toEqual((await both.sampleImage(request)).base);
    await Promise.all([alone.release(), both.release()]);
  });

  it("rejects swapped models and sizes that do not match", () => {
    expect(() => createImageSampler({ base: upsampler })).toThrow("The model given as base is an upsampler.");
    expect(() => createImageSampler({ base, upsampler: base })).toThrow(
      "The model given as upsampler is a base model.",
    );
    const larger = {
      ...upsampler,
      options: { ...smallUpsamplerOptions, image_size: 128, channel_mult: "1,1,1,1,1" },
    };
    expect(() => createImageSampler({ base, upsampler: larger })).toThrow(
      "The base draws 16 px images, but the upsampler takes 32 px images.",
    );
  });
});
