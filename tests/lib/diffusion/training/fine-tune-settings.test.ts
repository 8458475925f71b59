/** A run's fingerprint does not change when options are added. */
import { expect, test } from "vitest";
import {
  fineTuneSettings,
  settingsThatDecideWeights,
  type TrainingSettings,
} from "@/lib/diffusion/training/fine-tune-settings";
import { toFingerprint } from "@/lib/diffusion/training/run-identity";
import {
  type TrainingOption,
  trainingGroups,
  trainingOptions,
} from "@/lib/diffusion/training/training-options";
import { smallSettings } from "./small-run";

test("a run of a version that knew no floor is the same as one without a floor", () => {
  const { snrFloor: _absent, ...earlier } = smallSettings;
  expect(settingsThatDecideWeights({ ...smallSettings, snrFloor: 0 })).toEqual(
    settingsThatDecideWeights(earlier as TrainingSettings),
  );
});

/** Written down before options had a table: states on people's disks name their run by these. */
const fingerprints = [
  [{}, "c542c0f93d6a6aa6b5d9e6525133eb904899e1f68e64b57be875e3de91b3595b"],
  [
    { snrFloor: 0.2, epochs: 3, learningRate: 1e-3, flip: true, trained: "unet" },
    "26653547e1148b7909a76a8045f7b9e9aa2c4caa2c4be34a4c59747428deb946",
  ],
] as const;

test.each(fingerprints)(
  "the fingerprint of a run with %j is what earlier versions made of it",
  (given, sha256) => {
    const settings = settingsThatDecideWeights(fineTuneSettings.parse(given));
    const images = [{ name: "a", sha256: "00", captions: ["b"] }];
    expect(toFingerprint({ options: { image_size: 64 }, settings, start: null, pictures: images })).toBe(
      sha256,
    );
  },
);

test("a later option defaults to what runs did before it", () => {
  const initial: Readonly<Record<string, unknown>> = fineTuneSettings.parse({});
  const later = Object.entries<TrainingOption>(trainingOptions).filter(
    ([, { formerly }]) => formerly !== undefined,
  );
  expect(later.map(([name]) => initial[name])).toEqual(later.map(([, { formerly }]) => formerly));
});

test("every group of the form has options", () => {
  const used = new Set(Object.values<TrainingOption>(trainingOptions).map(({ group }) => group));
  expect([...used].sort()).toEqual(Object.keys(trainingGroups).sort());
});

test("epochs belong to a run's identity where its learning rate falls over them", () => {
  const settings = fineTuneSettings.parse({});
  expect(settingsThatDecideWeights(settings)).not.toHaveProperty("epochs");
  expect(settingsThatDecideWeights({ ...settings, learningRateSchedule: "linear" })).toMatchObject({
    epochs: 20,
    learningRateSchedule: "linear",
  });
  expect(settingsThatDecideWeights({ ...settings, warmupSteps: 5 })).toHaveProperty("warmupSteps", 5);
});
