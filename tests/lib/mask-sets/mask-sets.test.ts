/** Masks from their files to the sample sets that are drawn by them; nothing is drawn. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handle } from "@/jobs/import-masks/handler";
import { startMaskImport } from "@/jobs/import-masks/start";
import { startSampleSet } from "@/jobs/sample/start";
import { scoredPhotographs } from "@/lib/evaluations/scored-images";
import { deleteMaskSet } from "@/lib/mask-sets/delete-mask-set";
import { getMaskSet, listMasks } from "@/lib/mask-sets/list-mask-sets";
import { matchMasks } from "@/lib/mask-sets/match-masks";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { getSampleGrid } from "@/lib/samples/get-sample-grid";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

let datasetId: string;
let inpainting: string;
const folder = join(dataFolder, "imports");

beforeAll(async () => {
  ({ id: datasetId } = await db.dataset.create({ data: { name: "walk", state: "READY" } }));
  for (const [position, stem] of ["a/dog", "b/dog", "cat"].entries()) {
    const bytes = await plain(96, 64, `rgb(${40 * position}, 90, 60)`);
    const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: 96, heightPx: 64 });
    await db.image.create({
      data: {
        ...{ datasetId, stem, position, blobSha256: sha256, widthPx: 96, heightPx: 64 },
        captions: { create: { position: 0, text: `a ${stem}`, tokenCount: 3 } },
      },
    });
  }
  const options = { ...storedCheckpoint.options, inpaint: true };
  ({ id: inpainting } = await db.checkpoint.create({
    data: { name: "inpainting", ...storedCheckpoint, options },
  }));
});

async function importFiles(name: string, files: Record<string, Buffer>) {
  const path = join(folder, name);
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), bytes);
  }
  const source = { kind: "folder" as const, path };
  const { maskSetId } = await startMaskImport({ name, datasetId, source });
  const signal = new AbortController().signal;
  const context = {
    signal,
    lost: signal,
    provider: "cpu" as const,
    report: () => {},
    keepResult: async () => {},
  };
  await handle({ maskSetId, datasetId, source }, context);
  await db.maskSet.update({ where: { id: maskSetId }, data: { state: "SUCCEEDED" } });
  return maskSetId;
}

test("masks are found by path or name, and what says that it is a mask passes the photographs over", () => {
  const images = [
    { id: "1", stem: "a/dog" },
    { id: "2", stem: "b/dog" },
    { id: "3", stem: "cat" },
  ];
  const match = (...paths: string[]) => {
    const { matches, refusals } = matchMasks(
      paths.map((path) => ({ path })),
      images,
    );
    return [matches.map(({ file, imageId }) => `${file.path} ${imageId}`), refusals.map(({ file }) => file)];
  };
  expect(match("a/dog.png", "cat.png")).toEqual([["a/dog.png 1", "cat.png 3"], []]);
  expect(match("cat.jpg", "cat_mask.png", "masks/b/dog.png")).toEqual([
    ["cat_mask.png 3", "masks/b/dog.png 2"],
    [],
  ]);
  // Two images are called dog.
  expect(match("elsewhere/cat.png", "dog.png")).toEqual([["elsewhere/cat.png 3"], ["dog.png"]]);
  expect(match("cat-mask.png", "cat_mask.webp")).toEqual([["cat-mask.png 3"], ["cat_mask.webp"]]);
});

test("masks of a wrong size, without an image, or that redraw nothing are named, and nothing is stored", async () => {
  const bad = importFiles("bad", {
    "cat.png": await plain(64, 64, "white"),
    "a/dog.png": await plain(96, 64, "black"),
    "b/dog.png": await plain(96, 64, "white"),
    "horse.png": await plain(96, 64, "white"),
  });
  await expect(bad).rejects.toThrow(
    /^Nothing was imported. horse.png is for no image of the dataset. .*a\/dog.png redraws nothing.*The mask cat.png is 64 × 64 px, but its image is 96 × 64 px./,
  );
  expect(await db.mask.count()).toBe(0);
});

test("a sample set by masks draws the captions of their images, and is judged by these photographs", async () => {
  const maskSetId = await importFiles("middle", {
    "masks/cat.png": await plain(96, 64, "white"),
    "masks/a/dog.png": await plain(96, 64, "white"),
    "cat.png": await plain(10, 10, "white"),
  });
  expect(await getMaskSet(maskSetId)).toMatchObject({ maskCount: 2, dataset: { name: "walk" } });
  const masks = await listMasks(maskSetId, { page: 1, pageSize: 5 });
  expect(masks.map(({ caption }) => caption)).toEqual(["a a/dog", "a cat"]);

  const draw = (rest: object) =>
    startSampleSet({
      name: "completed",
      datasetId,
      baseCheckpointId: inpainting,
      maskSetId,
      settings: {},
      ...rest,
    });
  const { sampleSetId } = await draw({});
  const set = await db.sampleSet.findUniqueOrThrow({ where: { id: sampleSetId } });
  expect(set.requested).toBe(2);
  expect((await getSampleGrid([sampleSetId])).rows.map(({ caption }) => caption)).toEqual([
    "a a/dog",
    "a cat",
  ]);
  const compared = { datasetId, datasetRevision: 1, split: null, captionCategories: [] };
  expect(await db.image.count({ where: scoredPhotographs(compared, set) })).toBe(2);

  const { id: ordinary } = await db.checkpoint.create({ data: { name: "ordinary", ...storedCheckpoint } });
  await expect(draw({ name: "x", baseCheckpointId: ordinary })).rejects.toMatchObject({
    message: "“ordinary” cannot complete images.",
    details: { field: "baseCheckpointId" },
  });
  const { id: elsewhere } = await db.dataset.create({ data: { name: "elsewhere", state: "READY" } });
  await expect(draw({ name: "x", datasetId: elsewhere })).rejects.toThrow("has masks for images of “walk”");
  await expect(deleteMaskSet(maskSetId)).rejects.toThrow("“middle” is used by 1 sample set.");
});
