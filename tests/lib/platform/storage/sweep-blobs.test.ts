import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { blobStore, storeBlob } from "@/lib/platform/storage/store-blob";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const keep = async (text: string) =>
  (await storeBlob(Buffer.from(text), { mediaType: "application/octet-stream" })).sha256;

test("the sweep knows every column that names a blob", async () => {
  const schema = readFileSync(new URL("../../../../prisma/schema.prisma", import.meta.url), "utf8");
  const query = readFileSync(
    new URL("../../../../lib/platform/storage/sweep-blobs.ts", import.meta.url),
    "utf8",
  );
  const models = [...schema.matchAll(/^model (\w+) \{\n([^}]*)\n\}/gm)];
  const named = models
    .filter(([, model, fields]) => model !== "Blob" && /^ +\w*[sS]ha256 /m.test(fields!))
    .map(([, model]) => model!);
  expect(named).toContain("Picture");
  for (const model of named) expect(query).toContain(`FROM "${model}" WHERE`);
});

test("the sweep removes what no row names and leaves everything else", async () => {
  const [picture, sample, base, upload, forgotten] = await Promise.all(
    ["picture", "sample", "base", "upload", "forgotten"].map(keep),
  );
  const dataset = await db.dataset.create({ data: { name: "d", state: "READY" } });
  const failed = await db.dataset.create({ data: { name: "e", state: "FAILED" } });
  const { captions } = await db.picture.create({
    data: {
      datasetId: dataset.id,
      stem: "a",
      position: 0,
      blobSha256: picture!,
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
  await db.job.create({
    data: {
      id: set.id,
      kind: "import-dataset",
      subjectId: failed.id,
      payload: { datasetId: failed.id, source: { kind: "upload", files: [{ name: "a", sha256: upload! }] } },
    },
  });

  expect(await sweepBlobs()).toEqual({ removed: 0 });
  expect(await sweepBlobs(new Date(Date.now() + 1000))).toEqual({ removed: 1 });
  expect(await blobStore().has(forgotten!)).toBe(false);
  expect(await db.blob.count()).toBe(5);
});

test("the sweep leaves images that a draft's checks name, and all that a running import has kept", async () => {
  const [picked, imported] = await Promise.all(["picked", "imported"].map(keep));
  const later = new Date(Date.now() + 1000);
  await db.study.create({
    data: {
      name: "draft",
      inviteToken: "x",
      ratersPerItem: 1,
      itemsPerRater: 1,
      pictureSizePx: 64,
      seed: 0,
      pickedChecks: [{ pictures: [picked!] }],
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
