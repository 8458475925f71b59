/** The options and verbs of evaluations as they are typed, on a real database; nothing is computed. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exportLayouts } from "@/lib/datasets/export-images";
import { previewImport } from "@/lib/datasets/preview-import";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { catchPrinted, printed, semblance } from "./typed-command";

const { db, dataFolder } = await withTestDatabase();
// Before the database is dropped: the hooks run in reverse order.
afterAll(() => stopQueue());

catchPrinted();

const dataset = await db.dataset.create({
  data: {
    name: "dogs",
    state: "READY",
    images: {
      create: {
        stem: "dog",
        position: 0,
        blobSha256: "a".repeat(64),
        widthPx: 64,
        heightPx: 64,
        captions: {
          create: ["a dog", "the same dog"].map((text, position) => ({ text, position, tokenCount: 2 })),
        },
      },
    },
  },
  include: { images: { include: { captions: { orderBy: { position: "asc" } } } } },
});
await db.checkpoint.create({
  data: {
    name: "base",
    part: "BASE",
    blobSha256: "b".repeat(64),
    format: "safetensors",
    options: { image_size: 64 },
    parameterCount: 1,
    tensorCount: 1,
  },
});

const start = (name: string, ...words: string[]) =>
  semblance("fine-tune", "start", name, "--dataset", "dogs", "--epochs", "4", "--no-wait", ...words);

test("a fine-tune takes its evaluations as options", async () => {
  const plan = ["--evaluate-at-epochs", "2,4", "--evaluate-captions", "1", "--evaluate-metrics", "fid,kid"];
  expect(await start("planned", ...plan, "--evaluate-sides", "64,own")).toBe(0);
  const run = await db.fineTune.findUniqueOrThrow({ where: { name: "planned" } });
  expect(run.evaluation).toMatchObject({
    atEpochs: [2, 4],
    captionLimit: 1,
    metrics: ["fid", "kid"],
    sidesPx: [64, null],
    datasetId: null,
    otherPartId: null,
  });
  expect(run.settings).toMatchObject({ keepEpochs: [2, 4] });

  expect(await start("single", "--evaluate-at-epochs", "3")).toBe(0);
  expect((await db.fineTune.findUniqueOrThrow({ where: { name: "single" } })).evaluation).toMatchObject({
    atEpochs: [3],
    captionLimit: 100,
    metrics: ["fid", "kid", "clip-score"],
  });
  expect(await start("plain")).toBe(0);
  expect((await db.fineTune.findUniqueOrThrow({ where: { name: "plain" } })).evaluation).toBeNull();
});

test.each([
  [["--evaluate-at-epochs", "soon"], /--evaluate-at-epochs: /],
  [["--evaluate-at-epochs", "9"], /There is no epoch 9: the run ends after 4\./],
  [["--evaluate-at-epochs", "2", "--evaluate-metrics", "beauty"], /--evaluate-metrics: /],
  [["--evaluate-at-epochs", "2", "--evaluate-sides", "100"], /--evaluate-sides: /],
  [
    ["--evaluate-at-epochs", "2", "--evaluate-sides", "256"],
    /Without an upsampler there are no images of 256 px/,
  ],
  [
    ["--evaluate-at-epochs", "2", "--evaluate-with", "base"],
    /“base” is the same part as the one being trained\./,
  ],
])("%j is refused before anything starts", async (words, complaint) => {
  expect(await start("refused", ...words)).toBe(2);
  expect(printed.errors).toMatch(complaint);
  expect(await db.fineTune.count({ where: { name: "refused" } })).toBe(0);
});

test("every caption of a photograph is drawn where that is asked for, and exported under its own name", async () => {
  const draw = ["--dataset", "dogs", "--base", "base", "--no-wait"];
  expect(await semblance("samples", "draw", "first only", ...draw)).toBe(0);
  expect(await semblance("samples", "draw", "all", "--all-captions", ...draw)).toBe(0);
  const sets = await db.sampleSet.findMany({ orderBy: { createdAt: "asc" } });
  expect(sets.map(({ name, requested, allCaptions }) => [name, requested, allCaptions])).toEqual([
    ["first only", 1, false],
    ["all", 2, true],
  ]);

  const bytes = await drawImage(1, { widthPx: 64, heightPx: 64 });
  const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: 64, heightPx: 64 });
  await db.sample.createMany({
    data: dataset.images[0]!.captions.map(({ id: captionId }) => ({
      sampleSetId: sets[1]!.id,
      captionId,
      seed: 7,
      blobSha256: sha256,
    })),
  });
  const second = dataset.images[0]!.captions.find(({ text }) => text === "the same dog")!.id;
  await db.caption.update({ where: { id: second }, data: { categories: { Category: ["Animals"] } } });
  const out = join(dataFolder, "exported");
  expect(await semblance("samples", "export", "all", "--out", out)).toBe(0);
  expect(readdirSync(out).sort()).toEqual([
    "dog-caption-2-seed-7.json",
    "dog-caption-2-seed-7.png",
    "dog-caption-2-seed-7.txt",
    "dog-seed-7.png",
    "dog-seed-7.txt",
  ]);
  expect(readFileSync(join(out, "dog-caption-2-seed-7.txt"), "utf8")).toBe("the same dog\n");
  const shown = ["the same dog · Category: Animals"];
  const preview = (path: string) => previewImport({ kind: "folder", path }, {}, anyFile);
  expect((await preview(out)).rows[0]).toMatchObject({ captions: shown });
  for (const layout of exportLayouts) {
    const folder = join(dataFolder, `exported-${layout}`);
    expect(await semblance("samples", "export", "all", "--as", layout, "--out", folder)).toBe(0);
    const { rows } = await preview(folder);
    expect(rows.find(({ path }) => path === "dog-caption-2-seed-7.png")).toMatchObject({ captions: shown });
  }
});

test("the list of jobs says what an evaluation could not compute", async () => {
  const set = await db.sampleSet.findFirstOrThrow();
  const { id: subjectId } = await db.evaluation.create({
    data: {
      sampleSetId: set.id,
      datasetId: dataset.id,
      metrics: ["fid", "kid"],
      state: "SUCCEEDED",
      scores: {
        create: ["fid", "kid"].map((metric) => ({
          metric,
          value: null,
          realCount: 0,
          generatedCount: 0,
          recipe: {},
          warnings: [],
        })),
      },
    },
  });
  const id = randomUUID();
  await db.job.create({
    data: { id, kind: "evaluate", payload: {}, subjectId, state: "SUCCEEDED", progress: 1 },
  });
  expect(await semblance("jobs", "list")).toBe(0);
  expect(printed.output).toMatch(new RegExp(`${id}.*2 metrics could not be computed`));
});

test("the table of folders needs no platform", { timeout: 60_000 }, async () => {
  const [real, drawn] = ["real", "drawn"].map((name) => join(dataFolder, name)) as [string, string];
  for (const [at, folder] of [real, drawn].entries()) {
    mkdirSync(folder);
    for (const i of [0, 1]) writeFileSync(join(folder, `${i}.png`), await drawImage(at * 2 + i));
  }
  // No weights are installed: the table says so, and which command installs them.
  expect(await semblance("table", `20 epochs/original=${drawn}`, "--real", real, "--format", "latex")).toBe(
    1,
  );
  expect(printed.output).toMatch(/^20 epochs & original & -- & -- \\\\$/m);
  expect(printed.output).toContain("npx semblance weights get inception");
  expect(await semblance("table", drawn, "--real", real, "--format", "word")).toBe(2);
  expect(printed.errors).toContain('"word" is not a format.');
});
