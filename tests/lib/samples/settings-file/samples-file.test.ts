/** Settings files of samples: what is written is read again, and what is wrong is named with its line. */
import { describe, expect, test } from "vitest";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { settingChoices } from "@/lib/diffusion/settings/setting";
import { readSamplesFile, writeSamplesFile } from "@/lib/samples/settings-file/samples-file";
import { settingsFileFormats } from "@/lib/settings-files/write-document";

const defaults = sampleSettings.parse({});
const names = Object.keys(sampleSettings.shape) as (keyof typeof sampleSettings.shape)[];

/** What an option needs so that it makes sense. */
const companions = {
  eta: { sampler: "ddim" },
  solverOrder: { sampler: "unipc" },
  clipGuidanceScale: { guidance: "both" },
} as const;

describe.each(settingsFileFormats)("in %s", (format) => {
  test.each(names)("%s is kept", (name) => {
    const type = sampleSettings.shape[name];
    const other = [...settingChoices(type), 0.25, 3, 7, "50"].find(
      (value) => type.safeParse(value).success && value !== defaults[name],
    );
    const needs = companions[name as keyof typeof companions];
    const sampling = sampleSettings.parse({ ...defaults, ...needs, [name]: other });
    const text = writeSamplesFile({ sampling }, format);
    expect(readSamplesFile(text, `set.${format}`).sampling).toEqual(sampling);
  });

  test("so is everything else", () => {
    const sha256 = "a".repeat(64);
    const file = {
      name: "no: 1",
      dataset: { name: "off", sha256, revision: 3 },
      base: { name: "base #2", sha256 },
      upsampler: null,
      adapters: [
        { name: "fur", sha256, scale: 0.8 },
        { name: "snow", scale: -1 },
      ],
      masks: { name: "boxes" },
      captions: { all: true, categories: ["Kind=Dog"], split: "HELD_OUT", limit: null },
      sampling: { steps: 9 },
      compare: { unguided: false, classifierFreeScales: [1.5], clipScales: [3, 10], combined: true },
    };
    expect(readSamplesFile(writeSamplesFile(file, format), "set")).toMatchObject(file);
  });
});

test.each([
  ["a misspelt setting", "sampling:\n  guidence: clip\n", /line 2: There is no setting .*“guidance”/],
  ["a setting beside its section", "steps: 3\nsampling: {}\n", /line 1: .*under “sampling”/],
  ["a fine-tune's file", "version: 1\nsettings: {epochs: 3}\n", /line 2: .*no entry “settings”/],
  ["an unknown choice", "sampling:\n  guidance: all\n", /line 2: .*none, classifier-free, clip, both/],
  ["a scale out of range", "sampling:\n  guidanceScale: 51\n", /line 2: .*It is 51/],
  [
    "a scale that nothing uses",
    "sampling:\n  guidance: none\n  clipGuidanceScale: 3\n",
    /line 3: .*Only CLIP guidance takes this setting/,
  ],
  [
    "a setting of another sampler",
    "sampling:\n  sampler: unipc\n  eta: 1\n",
    /line 3: .*UniPC .*does not take/,
  ],
  [
    "a guidance that is compared",
    "sampling:\n  guidance: clip\ncompare:\n  clipScales: [3, 10]\n",
    /line 2: “compare” says which guidances/,
  ],
  ["a later version", "version: 2\nsampling: {}\n", /version 2.*reads versions up to 1/],
])("%s is named", (_, text, message) => {
  expect(() => readSamplesFile(text, "set.yaml")).toThrow(message);
});

test("what an option replaces no longer contradicts", () => {
  const text = "sampling:\n  sampler: unipc\n  eta: 1\n";
  expect(readSamplesFile(text, "set.yaml", { sampler: "ddim" }).sampling).toEqual({
    sampler: "unipc",
    eta: 1,
  });
});
