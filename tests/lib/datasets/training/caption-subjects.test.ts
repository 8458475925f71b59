/** What captions name that augmentations change, in both languages, and what follows for a run. */
import { expect, test } from "vitest";
import { usualWordLists } from "@/lib/datasets/audit/usual-word-lists";
import { subjectFinder } from "@/lib/datasets/training/caption-subjects";
import { preparationLines } from "@/lib/datasets/training/preparation-lines";
import { prepareTrainingImages } from "@/lib/datasets/training/prepare-training-images";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

test.each([
  ["en", "a dog looking to the left", ["side"]],
  ["en-GB", "a large grey poodle", ["size", "colour"]],
  ["en", "a dog wearing a sign with text", ["side"]],
  ["en", "upside-down at night, blurry", ["orientation", "light", "sharpness"]],
  ["en", "a dog on a couch", []],
  ["en", "it is hell", []],
  ["de", "ein Hund schaut nach links", ["side"]],
  ["de", "ein kleiner weißer Pudel", ["size", "colour"]],
  ["de-AT", "heller Hund, unscharf", ["light", "sharpness"]],
  ["de", "ein Hund auf dem Sofa", []],
] as const)("%s: “%s” names %j", (language, caption, subjects) => {
  expect(subjectFinder(language)(caption)).toEqual(subjects);
});

const images = [
  { captions: ["a brown dog facing left", "a dog"] },
  { captions: ["a white dog"] },
  { captions: ["a white dog"] },
];
const vocabulary = { language: "en", lists: usualWordLists("en") };
const settings = fineTuneSettings.parse({
  augmentations: { mirror: {}, hue: {}, occlusion: {} },
  balanceAttributes: ["colour"],
});

test("a run is told what each caption names and how often each image is drawn", () => {
  const { images: prepared, concerned, mostDrawn } = prepareTrainingImages(images, settings, vocabulary);
  expect(prepared.map(({ subjects }) => subjects)).toEqual([
    [["side", "colour"], []],
    [["colour"]],
    [["colour"]],
  ]);
  expect(prepared.map(({ weight }) => weight!.toFixed(2))).toEqual(["1.50", "0.75", "0.75"]);
  expect(concerned).toEqual([
    { name: "mirror", captions: 1, example: "a brown dog facing left" },
    { name: "hue", captions: 3, example: "a brown dog facing left" },
  ]);
  expect(mostDrawn).toBeCloseTo(1.5);
});

test("its log says so", () => {
  const { images: _, ...preparation } = prepareTrainingImages(images, settings, vocabulary);
  expect(preparationLines(preparation, settings)).toEqual([
    "Mirror: 1 of 4 captions name what it changes, and are spared.",
    "Hue: 3 of 4 captions name what it changes, and are spared.",
    "Balance by colour: white 66.7% → 50.0%, brown 33.3% → 50.0% of the images drawn.",
    "An image is drawn at most 1.5 times per epoch in the mean.",
  ]);
});

test("without augmentation and balance, or where captions are only counted, images stay as they are", () => {
  const none = fineTuneSettings.parse({});
  expect(prepareTrainingImages(images, none, vocabulary).images).toEqual(images);
  const warned = fineTuneSettings.parse({ augmentations: { mirror: {} }, captionWords: "warn" });
  expect(prepareTrainingImages(images, warned, vocabulary).images).toEqual(images);
});
