import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { drawCaptionJob } from "@/jobs/draw-caption/job";
import { importDatasetJob } from "@/jobs/import-dataset/job";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { keepJobResult } from "@/lib/platform/jobs/job-result";
import { stopQueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { blobStore, storeBlob } from "@/lib/platform/storage/store-blob";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();
afterAll(() => stopQueue());

const keep = async (text: string) =>
  (await storeBlob(Buffer.from(text), { mediaType: "application/octet-stream" })).sha256;

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

const models = [...read("prisma/schema.prisma").matchAll(/^model (\w+) \{\n(.*?)\n\}$/gms)].map(
  ([, model, fields]) => ({ model: model!, fields: fields! }),
);

/** Rows that are removed with their blob. */
const ownedByBlobs = ["Blob", "ImageFingerprint"];

/** Columns that name blobs. */
const named = models.flatMap(({ model, fields }) =>
  ownedByBlobs.includes(model)
    ? []
    : [...fields.matchAll(/^ +(\w*[sS]ha256s?) /gm)].map(([, column]) => `${model}.${column}`),
);

test("the sweep knows every column that refers to a blob", () => {
  const query = read("lib/platform/storage/sweep-blobs.ts").split("\n");
  expect(named).toContain("Sample.baseSha256");
  for (const reference of named) {
    const [model, column] = reference.split(".");
    const asks = query.filter((line) => line.includes(`EXISTS (SELECT FROM "${model}" WHERE`));
    expect(asks.join("\n"), reference).toContain(`"${column}"`);
  }
});

test("every column that the sweep asks about has an index, so that it looks at no row twice", async () => {
  const indexed = await db.$queryRaw<{ column: string }[]>`
    SELECT "table".relname || '.' || attname AS "column"
    FROM pg_index JOIN pg_class "table" ON "table".oid = indrelid
    JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]`;
  const found = new Set(indexed.map(({ column }) => column));
  expect(named.filter((reference) => !found.has(reference))).toEqual([]);
});

/** JSON that names blobs, and the column that names them for the sweep. */
const jsonWithBlobs = {
  "Job.payload": "JobBlob.sha256",
  "JobResult.value": "JobBlob.sha256",
  "Study.pickedChecks": "Study.pickedSha256s",
};

/** JSON that names no blob. Anyone who adds a column of JSON to the schema says here or above which it is. */
const jsonWithoutBlobs = [
  "Adapter.sizes",
  "AuditEntry.detail",
  "Checkpoint.options",
  "Dataset.contents",
  "Dataset.importReport",
  "DatasetAudit.compared",
  "DatasetAudit.counts",
  "DatasetAudit.lists",
  "DatasetRevision.counts",
  "DatasetStatistics.value",
  "FineTune.estimate",
  "FineTune.evaluation",
  "FineTune.imageSources",
  "FineTune.settings",
  "Caption.categories",
  "Item.expected",
  "ImageScore.heatMaps",
  "Rating.answer",
  "Rating.marks",
  "Sample.origin",
  "SampleSet.plannedEvaluation",
  "SampleSet.settings",
  "Score.recipe",
  "Setting.value",
  "StagedImage.captions",
  "StagedImage.remarks",
  "Study.access",
  "Study.captionChoice",
  "Study.endings",
  "Study.imported",
  "Study.leftOut",
  "Study.primary",
  "Study.qualityControl",
  "Study.registration",
  "Study.stopRule",
  "WordListVersion.lists",
  "Worker.declinedProviders",
];

test("every blob that JSON names is named by a column too", () => {
  const json = models.flatMap(({ model, fields }) =>
    [...fields.matchAll(/^ +(\w+) +Json\b/gm)].map(([, column]) => `${model}.${column}`),
  );
  expect(json.sort()).toEqual([...jsonWithoutBlobs, ...Object.keys(jsonWithBlobs)].sort());
  for (const reference of Object.values(jsonWithBlobs)) expect(named).toContain(reference);
});

test("the sweep removes blobs that no row refers to, and nothing else", async () => {
  const [image, sample, base, upload, forgotten] = await Promise.all(
    ["image", "sample", "base", "upload", "forgotten"].map(keep),
  );
  const dataset = await db.dataset.create({ data: { name: "d", state: "READY" } });
  const failed = await db.dataset.create({ data: { name: "e", state: "FAILED" } });
  const { captions } = await db.image.create({
    data: {
      datasetId: dataset.id,
      stem: "a",
      position: 0,
      blobSha256: image!,
      widthPx: 64,
      heightPx: 64,
      captions: { create: { position: 0, text: "a", tokenCount: 1 } },
    },
    include: { captions: true },
  });
  const checkpoint = await db.checkpoint.create({
    data: {
      name: "m",
      part: "BASE",
      blobSha256: await keep("weights"),
      format: "safetensors",
      options: {},
      parameterCount: 1,
      tensorCount: 1,
    },
  });
  const set = await db.sampleSet.create({
    data: { name: "s", datasetId: dataset.id, baseCheckpointId: checkpoint.id, settings: {}, requested: 1 },
  });
  await db.sample.create({
    data: {
      sampleSetId: set.id,
      captionId: captions[0]!.id,
      seed: 0,
      blobSha256: sample!,
      baseSha256: base!,
    },
  });
  await transactionWithJobs((_transaction, enqueue) =>
    enqueue(
      importDatasetJob,
      { datasetId: failed.id, source: { kind: "upload", files: [{ name: "a", sha256: upload! }] } },
      failed.id,
    ),
  );

  expect(await sweepBlobs()).toEqual({ removed: 0 });
  expect(await sweepBlobs(new Date(Date.now() + 1000))).toEqual({ removed: 1 });
  expect(await blobStore().has(forgotten!)).toBe(false);
  expect(await db.blob.count()).toBe(5);
  // Nobody imports it again.
  await deleteDataset(failed.id);
  expect(await sweepBlobs(new Date(Date.now() + 1000))).toEqual({ removed: 1 });
  expect(await blobStore().has(upload!)).toBe(false);
});

test("the sweep keeps the newest image of a typed caption, and removes the intermediate ones", async () => {
  const [guess, image] = await Promise.all(["guess", "image"].map(keep));
  const jobId = randomUUID();
  await db.job.create({
    data: { id: jobId, kind: "draw-caption", subjectId: randomUUID(), payload: {} },
  });
  for (const imageSha256 of [guess!, image!]) {
    await keepJobResult(drawCaptionJob, jobId, { imageSha256, untaughtWords: [] });
  }
  await sweepBlobs(new Date(Date.now() + 1000));
  expect(await Promise.all([guess!, image!].map((sha256) => blobStore().has(sha256)))).toEqual([false, true]);
});

test("the sweep keeps images in a draft's checks, and everything that a running import has stored", async () => {
  const [picked, imported] = await Promise.all(["picked", "imported"].map(keep));
  const later = new Date(Date.now() + 1000);
  await db.study.create({
    data: {
      name: "draft",
      inviteToken: "x",
      ratersPerItem: 1,
      itemsPerRater: 1,
      imageSizePx: 64,
      seed: 0,
      pickedSha256s: [picked!],
    },
  });
  const job = await db.job.create({
    data: {
      id: randomUUID(),
      kind: "import-dataset",
      subjectId: randomUUID(),
      state: "RUNNING",
      startedAt: new Date(Date.now() - 60_000),
      payload: {},
    },
  });
  await sweepBlobs(later);
  expect(await blobStore().has(imported!)).toBe(true);
  await db.job.update({ where: { id: job.id }, data: { state: "SUCCEEDED" } });
  await sweepBlobs(later);
  expect([await blobStore().has(imported!), await blobStore().has(picked!)]).toEqual([false, true]);
});
