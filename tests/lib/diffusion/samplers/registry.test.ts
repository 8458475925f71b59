/** What follows from the registry of samplers: names, their own settings, and what sampling makes of them. */
import { expect, test } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { createSampler, ownSettings, samplerNames, samplers } from "@/lib/diffusion/samplers";
import { sampleSettings, samplingWords } from "@/lib/diffusion/sampling/sample-settings";
import { settingText } from "@/lib/diffusion/settings/setting";

test("names, titles and settings of single samplers are unique", () => {
  const own = samplers.flatMap(({ settings }) => Object.keys(settings));
  for (const list of [samplerNames, samplers.map(({ title }) => title), own]) {
    expect(new Set(list).size).toBe(list.length);
  }
  for (const name of own) expect(Object.keys(sampleSettings.shape)).toContain(name);
});

test.each(samplers)(
  "$name can be chosen, says what it is, and draws",
  async ({ name, settings, description }) => {
    expect(sampleSettings.parse({ sampler: name }).sampler).toBe(name);
    expect(description).toMatch(/^[A-Z].*\.$/);
    for (const type of Object.values(settings)) expect(settingText(type).label).toMatch(/^[A-Z]/);
    const diffusion = createDiffusion({
      noiseSchedule: "squaredcos_cap_v2",
      diffusionSteps: 1000,
      respacing: "4",
    });
    const denoise = async (x: Float32Array) => ({
      noise: x.map((value) => value / 2),
      varianceInterpolation: null,
    });
    const noiseAt = () => Float32Array.of(0.1, -0.2);
    const sample = await createSampler(name, {})(denoise, diffusion, Float32Array.of(0.5, -1), { noiseAt });
    expect(sample.every((value) => Math.abs(value) <= 1)).toBe(true);
  },
);

test("a setting of one sampler is absent from the others, and rejected by them", () => {
  expect(sampleSettings.parse({ sampler: "ddim" })).not.toHaveProperty("eta");
  expect(ownSettings("ddim", {})).toEqual({ eta: 0 });
  expect(ownSettings("ddim", { eta: 0.5, steps: 3 })).toEqual({ eta: 0.5 });
  expect(ownSettings("ancestral", { eta: 0.5 })).toEqual({});
  const refused = sampleSettings.safeParse({ sampler: "ancestral", eta: 0.5 });
  expect(refused.error!.issues).toMatchObject([
    { path: ["eta"], message: "Ancestral does not take this setting." },
  ]);
});

test("a sampler's own settings reach it", async () => {
  const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "4" });
  const denoise = async (x: Float32Array) => ({ noise: x, varianceInterpolation: null });
  let asked = 0;
  const noiseAt = () => {
    asked++;
    return Float32Array.of(0);
  };
  await createSampler("ddim", { eta: 0 })(denoise, diffusion, Float32Array.of(1), { noiseAt });
  expect(asked).toBe(0);
  await createSampler("ddim", { eta: 1 })(denoise, diffusion, Float32Array.of(1), { noiseAt });
  expect(asked).toBe(3);
});

test("the settings of a set are described in words", () => {
  expect(samplingWords(sampleSettings.parse({}))).toBe("25 steps of DPM-Solver++ (2M), guidance 3");
  expect(samplingWords(sampleSettings.parse({ sampler: "ddim", steps: 50, eta: 0.5 }))).toBe(
    "50 steps of DDIM, eta 0.5, guidance 3",
  );
  const guided = (given: object) => samplingWords(sampleSettings.parse({ sampler: "ancestral", ...given }));
  expect(guided({ guidance: "none" })).toBe("25 steps of Ancestral, no guidance");
  expect(guided({ guidance: "clip", clipGuidanceScale: 5 })).toBe("25 steps of Ancestral, CLIP guidance 5");
  expect(guided({ guidance: "both" })).toBe("25 steps of Ancestral, guidance 3, CLIP guidance 3");
});

test("the scale of CLIP guidance is rejected where CLIP does not guide", () => {
  const refused = sampleSettings.safeParse({ clipGuidanceScale: 2 });
  expect(refused.error?.issues[0]).toMatchObject({
    path: ["clipGuidanceScale"],
    message: "Only CLIP guidance takes this setting.",
  });
});
