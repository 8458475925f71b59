import { cac } from "cac";
import { describe, expect, test } from "vitest";
import {
  addSettingOptions,
  readSettingOptions,
  sampleOptionNames,
  trainOptionNames,
} from "@/cli/setting-options";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

const verbs = [
  ["train", fineTuneSettings, trainOptionNames],
  ["sample", sampleSettings, sampleOptionNames],
] as const;

describe.each(verbs)("%s", (verb, settings, names) => {
  const command = cac("semblance").command(verb, "");
  addSettingOptions(command, settings, names);

  test("has an option with a help text for every setting", () => {
    const settable = command.options.filter(({ negated }) => !negated);
    expect(settable).toHaveLength(Object.keys(settings.shape).length);
    for (const option of command.options) {
      expect(option.description, option.rawName).toMatch(/^[A-Z]\w+/);
      expect(option.description, option.rawName).not.toContain("(default: )");
    }
  });
});

test("help names the choices and the default", () => {
  const command = cac("semblance").command("sample", "");
  addSettingOptions(command, sampleSettings, sampleOptionNames);
  const help = new Map(command.options.map(({ rawName, description }) => [rawName, description]));
  expect(help.get("--sampler <name>")).toBe(
    "Sampler: ancestral, ddim, dpm-solver++, sde-dpm-solver++ or unipc (default: dpm-solver++)",
  );
  expect(help.get("--samples <n>")).toBe("Samples per caption (default: 1)");
});

test("options are read, and errors reported, under the names as typed", () => {
  const read = (options: object) => readSettingOptions(sampleSettings, { ...options }, sampleOptionNames);
  expect(read({ samples: 3, seed: 7, upsampleRespacing: 50 })).toMatchObject({
    samplesPerCaption: 3,
    firstSeed: 7,
    upsampleRespacing: "50",
  });
  expect(() => read({ samples: 0, seed: -1 })).toThrow(/--samples: .*\n--seed: /);
  expect(read({ sampler: "ddim", eta: 0.5 })).toMatchObject({ sampler: "ddim", eta: 0.5 });
  expect(() => read({ sampler: "ddim", solverOrder: 3 })).toThrow(
    "--solver-order: DDIM does not take this setting.",
  );
});
