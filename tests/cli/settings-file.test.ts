/** Settings files as they are typed, on a real database. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fineTune } from "@/cli/fine-tune";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { withTestDatabase } from "@/tests/database";
import { catchPrinted, printed, semblance } from "./typed-command";

const { db, dataFolder } = await withTestDatabase();
catchPrinted();

const dogs = await db.dataset.create({
  data: {
    name: "dogs",
    state: "READY",
    images: {
      create: [0, 1].map((position) => ({
        stem: `${position}`,
        position,
        blobSha256: `${position}`.repeat(64),
        widthPx: 64,
        heightPx: 64,
      })),
    },
  },
  include: { images: true },
});
const checkpoint = (name: string, blobSha256: string) =>
  db.checkpoint.create({
    data: {
      name,
      part: "BASE",
      blobSha256,
      format: "safetensors",
      options: { image_size: 64 },
      parameterCount: 1,
      tensorCount: 1,
    },
  });
const base = await checkpoint("base", "b".repeat(64));
const file = (name: string) => join(dataFolder, name);
const quiet = { write: () => true };
const start = (name: string | undefined, options: object) =>
  fineTune("start", name, { wait: false, ...options }, quiet);
const newest = () => db.fineTune.findFirstOrThrow({ orderBy: { createdAt: "desc" } });

test("a run's settings start the same run again, and options replace parts of them", async () => {
  await start("first", { dataset: "dogs", from: "base", epochs: 7, loraRank: 4, evaluateAtEpochs: "2,5" });
  const first = await newest();
  await fineTune("show", "first", { writeSettings: file("first.yaml") }, quiet);
  const text = readFileSync(file("first.yaml"), "utf8");
  expect(text).toMatch(/start:\n {2}name: base\n {2}sha256: b{64}\n/);

  expect(
    await fineTune(
      undefined,
      undefined,
      { wait: false, settings: file("first.yaml"), epochs: 8 },
      quiet,
    ).catch((error: Error) => error.message),
  ).toMatch(/already|in use|taken/i);
  await start("second", { settings: file("first.yaml"), epochs: 8 });
  const second = await newest();
  expect(second).toMatchObject({
    name: "second",
    datasetId: first.datasetId,
    startCheckpointId: base.id,
    evaluation: first.evaluation,
  });
  expect(second.settings).toEqual({ ...fineTuneSettings.parse(first.settings), epochs: 8 });
});

test("--write-settings starts nothing and overwrites nothing", async () => {
  const runs = await db.fineTune.count();
  const options = { dataset: "dogs", flip: true, writeSettings: file("plan.json") };
  await start("plan", options);
  expect(await db.fineTune.count()).toBe(runs);
  expect(JSON.parse(readFileSync(file("plan.json"), "utf8"))).toMatchObject({
    version: 1,
    name: "plan",
    dataset: { name: "dogs", revision: 1 },
    start: null,
    settings: { flip: true },
  });
  await expect(start("plan", options)).rejects.toThrow(/is there already/);
  expect(await semblance("fine-tune", "--settings", file("plan.json"), "--no-flip", "--no-wait")).toBe(0);
  expect(await newest()).toMatchObject({ name: "plan", settings: { flip: false } });
});

test("a dataset or model that is another one is not taken for it", async () => {
  const settings = file("first.yaml");
  await db.caption.create({
    data: { imageId: dogs.images[0]!.id, position: 0, text: "a dog", tokenCount: 2 },
  });
  await expect(start("third", { settings })).rejects.toThrow(/“dogs” has other images or captions/);
  await start("third", { settings, dataset: "dogs" });

  // Under another name, but the same weights.
  await db.checkpoint.update({ where: { id: base.id }, data: { name: "renamed" } });
  await start("fourth", { settings, dataset: "dogs" });
  expect(await newest()).toMatchObject({ startCheckpointId: base.id });
  await db.checkpoint.update({ where: { id: base.id }, data: { blobSha256: "c".repeat(64) } });
  await expect(start("fifth", { settings, dataset: "dogs" })).rejects.toThrow(/no model “base” here/);
  await db.checkpoint.update({ where: { id: base.id }, data: { name: "base" } });
  await expect(start("fifth", { settings, dataset: "dogs" })).rejects.toThrow(/“base” has other weights/);
  writeFileSync(file("slip.yaml"), "version: 1\nname: fifth\ndataset: {name: dosg}\nsettings: {}\n");
  await expect(start(undefined, { settings: file("slip.yaml") })).rejects.toMatchObject({
    message: "There is no dataset “dosg” here.",
    remedy: "The nearest name is “dogs”.",
  });
});

test("settings that contradict the dataset are refused at their option", async () => {
  await expect(start("sixth", { dataset: "dogs", epochs: 2, warmupSteps: 5 })).rejects.toMatchObject({
    message: expect.stringMatching(/The warm-up takes 5 steps, but the run has 1 step,/),
    details: { field: "settings.warmupSteps" },
  });
});

test("train reads and writes the same files", async () => {
  writeFileSync(file("train.yaml"), "version: 1\npart: upsampler\nsettings: {epochs: 3, flip: true}\n");
  const words = ["train", dataFolder, "--settings", file("train.yaml"), "--write-settings"];
  expect(await semblance(...words, file("out.json"), "--epochs", "4")).toBe(0);
  expect(JSON.parse(readFileSync(file("out.json"), "utf8"))).toMatchObject({
    part: "upsampler",
    start: null,
    settings: { epochs: 4, flip: true },
  });
  expect(existsSync("run")).toBe(false);
  writeFileSync(file("bad.yaml"), "settings:\n  epoch: 3\n");
  expect(await semblance("train", dataFolder, "--settings", file("bad.yaml"))).toBe(2);
  expect(printed.errors).toContain("bad.yaml, line 2: There is no setting “epoch”. The nearest is “epochs”.");
  expect(await semblance("train", dataFolder, "--settings", file("none.yaml"))).not.toBe(0);
  expect(printed.errors).toContain("There is no settings file");
});
