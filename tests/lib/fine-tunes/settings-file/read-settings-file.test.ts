import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { settingChoices } from "@/lib/diffusion/settings/setting";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { readSettingsFile } from "@/lib/fine-tunes/settings-file/read-settings-file";
import { writeSettingsFile } from "@/lib/fine-tunes/settings-file/write-settings-file";
import { settingsFileVersion } from "@/lib/settings-files/read-document";
import { formatOfFile, settingsFileFormats } from "@/lib/settings-files/write-document";

const defaults = fineTuneSettings.parse({});

/** A value other than the default, whatever the option. */
function anotherValue(name: keyof FineTuneSettings, type: z.ZodType): unknown {
  const texts = ["a dog: brown #1", "“no” – 'off'\n- \"yes\"", "2026-11-30", "*alias & {braces}"];
  const entries = { mirror: { probability: 0.25 } };
  const candidates = [
    true,
    false,
    ...settingChoices(type),
    3,
    0.25,
    0.5,
    1e-7,
    [2, 1],
    texts,
    "a: b",
    entries,
  ];
  const found = candidates.find((candidate) => {
    const read = type.safeParse(candidate);
    return read.success && JSON.stringify(read.data) !== JSON.stringify(defaults[name]);
  });
  if (found === undefined) throw new Error(`No other value of ${name} is known: add one to the candidates.`);
  return type.parse(found);
}

/** What an option needs so that it makes sense. */
const companions: Partial<Record<keyof FineTuneSettings, Partial<FineTuneSettings>>> = {
  validationSet: { validationEverySteps: 100 },
  priorWeight: { classPrompt: "a dog" },
  classPrompt: { priorWeight: 1 },
  classImages: { priorWeight: 1 },
};

const options = Object.entries(fineTuneSettings.shape) as [keyof FineTuneSettings, z.ZodType][];

function failure(text: string, instead = {}): SemblanceError {
  try {
    readSettingsFile(text, "run.yaml", instead);
  } catch (error) {
    if (error instanceof SemblanceError) return error;
    throw error;
  }
  throw new Error("It was read.");
}

describe.each(settingsFileFormats)("a settings file in %s", (format) => {
  test.each(options)("keeps %s", (name, type) => {
    const settings = { ...defaults, ...companions[name], [name]: anotherValue(name, type) };
    const text = writeSettingsFile({ settings }, format);
    expect(readSettingsFile(text, `run.${format}`).settings).toEqual(settings);
  });

  test("keeps everything else", () => {
    const sha256 = "a".repeat(64);
    const { preset: _, ...settings } = defaults;
    const file = {
      name: "no: 1",
      part: "upsampler" as const,
      dataset: { name: "off", sha256, revision: 3 },
      start: { name: "base #2", sha256 },
      settings: defaults,
      evaluation: {
        atEpochs: [5, 10],
        captionLimit: null,
        sidesPx: [null, 64],
        split: "HELD_OUT" as const,
        dataset: null,
        otherPart: { name: "up", sha256 },
      },
    };
    const text = writeSettingsFile(file, format);
    expect(readSettingsFile(text, `run.${format}`)).toMatchObject({ ...file, settings });
  });
});

test("a file says what each option means", () => {
  const text = writeSettingsFile({ settings: defaults }, "yaml");
  expect(text).toContain("# Images per step\n  batchSize: 4\n");
  expect(text).toContain(`version: ${settingsFileVersion}\n`);
  // Other readers of YAML take off for a truth value.
  expect(writeSettingsFile({ settings: { ...defaults, recomputation: "off" } }, "yaml")).toContain(
    'recomputation: "off"',
  );
});

describe("what is wrong is named with its line", () => {
  test.each([
    ["a misspelt setting", "settings:\n  epochs: 2\n  learning-rat: 1\n", /line 3: .*learningRate/],
    ["a setting beside its section", "version: 1\nepochs: 3\nsettings: {}\n", /line 2: .*under “settings”/],
    ["an unknown entry", "version: 1\ndatset: dogs\nsettings: {}\n", /line 2: .*“datset”.*“dataset”/],
    ["a word for a number", "settings:\n  epochs: many\n", /line 2: settings.epochs: Enter a number/],
    ["a number out of range", '{"settings": {\n"batchSize": 0}}', /line 2: settings.batchSize: At least 1/],
    ["an unknown choice", "settings:\n  trained: both\n", /line 2: .*all, unet, text/],
    ["yes for true", "settings:\n  flip: yes\n", /line 2: settings.flip: Write true or false. It is "yes"/],
    ["a hash that is none", "dataset:\n  name: dogs\n  sha256: abc\nsettings: {}\n", /line 3: .*SHA-256/],
    ["__proto__", "settings:\n  __proto__: 1\n", /line 2: .*__proto__/],
  ])("%s", (_, text, message) => {
    expect(failure(text).message).toMatch(message);
  });

  test("all faults at once, in the file's order", () => {
    const { message } = failure("settings:\n  epochs: x\n  batchsize: 2\n  flip: 3\n");
    expect(message.split("\n").map((line) => line.match(/line (\d)/)?.[1])).toEqual(["2", "3", "4"]);
  });
});

describe("settings that contradict each other are named with the remedy", () => {
  test.each([
    ["keepEpochs after the end", "epochs: 5\nkeepEpochs: [3, 8]\n", /line 2: .*epoch 8.*Set epochs to 8/],
    ["a floor above the bound", "minSnrGamma: 2\nsnrFloor: 3\n", /line 2: .*at most 2/],
    ["a text encoder that sees no text", "trained: text\ncaptionDropRate: 1\n", /below 1/],
    ["LoRA from scratch", "version: 1\nstart: null\nsettings:\n  loraRank: 4\n", /line 4: .*Start from a/],
    ["a size of an existing model", "start: {name: base}\nsettings: {preset: small}\n", /Remove preset/],
    [
      "an evaluation after the end",
      "settings: {epochs: 2}\nevaluation:\n  atEpochs: [3]\n",
      /line 3: .*no epoch 3/,
    ],
  ])("%s", (_, text, message) => {
    expect(failure(text).message).toMatch(message);
  });

  test("unless an option replaces one of them, or because it does", () => {
    const text = "settings:\n  epochs: 5\n  keepEpochs: [8]\n";
    expect(readSettingsFile(text, "run.yaml", { settings: { epochs: 9 } }).settings.epochs).toBe(5);
    expect(failure("settings:\n  keepEpochs: [8]\n", { settings: { epochs: 4 } }).message).toMatch(/epoch 8/);
  });
});

describe("versions", () => {
  test("a later one is refused, with who wrote it", () => {
    const error = failure(`version: ${settingsFileVersion + 1}\nsemblance: 9.1.0\nnew: thing\n`);
    expect(error.code).toBe("unsupported_file");
    expect(error.message).toMatch(/version 2\. .*up to 1\. It was written by Semblance 9\.1\.0\./);
    expect(error.remedy).toMatch(/Update Semblance/);
  });

  test("the options of a model's card are read as they are", () => {
    const card = JSON.stringify({ epochs: 7, flip: true }, null, 2);
    expect(readSettingsFile(card, "card.json")).toMatchObject({ settings: { epochs: 7, flip: true } });
    expect(failure('{\n"epochs": 7,\n"flipp": true}').message).toMatch(/line 3: .*“flip”/);
  });

  test("an earlier number is read", () => {
    expect(readSettingsFile("version: 0\nsettings: {epochs: 3}\n", "run.yaml").settings.epochs).toBe(3);
    expect(failure("version: soon\nsettings: {}\n").message).toMatch(/whole number/);
  });
});

describe("what is no settings file", () => {
  test.each([
    ["nothing", ""],
    ["a list", "- 1\n- 2\n"],
    ["text", "hello"],
    ["half a file", '{"settings": {"epochs": 2'],
    ["a name twice", "settings:\n  epochs: 1\n  epochs: 2\n"],
    ["bytes", "\u0000\u0001\u0002"],
    ["references that grow", `a: &a [x, x]\nb: &b [*a, *a]\nsettings: [*b, *b]\n`],
    ["a deep nest", "[".repeat(30_000)],
    ["a tag", "settings: !!js/function 'x'\n"],
  ])("%s", (_, text) => {
    expect(["invalid_file", "invalid_input"]).toContain(failure(text).code);
  });

  test("a file of megabytes", () => expect(failure("a".repeat(100_000)).code).toBe("too_large"));
});

test("the ending of a name decides the format", () => {
  expect([formatOfFile("a.yml"), formatOfFile("b.YAML"), formatOfFile("c.json")]).toEqual([
    "yaml",
    "yaml",
    "json",
  ]);
  expect(() => formatOfFile("settings.txt")).toThrow(/settings\.txt/);
});
