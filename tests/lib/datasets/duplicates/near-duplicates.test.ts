/** Photographs that look alike: copies are found whatever their size, format and compression; others are not. */
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { groupSimilar } from "@/lib/datasets/duplicates/group-similar";
import { listNearDuplicates, summarizeDuplicates } from "@/lib/datasets/duplicates/list-near-duplicates";
import { findNearDuplicates } from "@/lib/datasets/duplicates/near-duplicates";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { splitDataset } from "@/lib/datasets/revisions/split-dataset";
import { fingerprintLength } from "@/lib/images/fingerprint-size";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";

const { db } = await withTestDatabase();

async function datasetOf(name: string, images: Record<string, Buffer>): Promise<string> {
  const { id } = await db.dataset.create({ data: { name, state: "READY" } });
  let position = 0;
  for (const [fileName, bytes] of Object.entries(images)) {
    const { sha256 } = await storeBlob(bytes, { mediaType: "image/png" });
    const size = { widthPx: 96, heightPx: 80 };
    const stem = fileName.replace(/\.\w+$/, "");
    await db.image.create({
      data: { datasetId: id, stem, fileName, position: position++, blobSha256: sha256, ...size },
    });
  }
  return id;
}

test("copies of an image are found, scaled or compressed again; other images and other colours are not", async () => {
  const original = await drawImage(1, { widthPx: 400, heightPx: 300 });
  const datasetId = await datasetOf("copies", {
    "a.png": original,
    "other.png": await drawImage(2, { widthPx: 400, heightPx: 300 }),
    "small.png": await sharp(original).resize(120, 90).png().toBuffer(),
    "recoloured.png": await sharp(original).modulate({ hue: 60 }).png().toBuffer(),
    "poor.jpg": await sharp(original).jpeg({ quality: 30 }).toBuffer(),
    "broken.png": Buffer.from("no image"),
  });
  expect(await findNearDuplicates(datasetId)).toEqual({ duplicateCount: 3 });
  const found = await listNearDuplicates(datasetId);
  expect(found.map(({ group, fileName }) => [group, fileName])).toEqual([
    [0, "a.png"],
    [0, "small.png"],
    [0, "poor.jpg"],
  ]);
  expect((await db.dataset.findUniqueOrThrow({ where: { id: datasetId } })).comparedAt).not.toBeNull();

  const copy = await db.image.findFirstOrThrow({ where: { datasetId, stem: "poor" } });
  await reviseDataset(datasetId, { changes: { heldOut: [copy.id] }, reason: "" });
  expect(await summarizeDuplicates(datasetId)).toMatchObject({ groups: 1, images: 3, acrossSplits: 1 });
  const small = await db.image.findFirstOrThrow({ where: { datasetId, stem: "small" } });
  await reviseDataset(datasetId, { changes: { excluded: [copy.id, small.id] }, reason: "" });
  // One is left of the group.
  expect(await summarizeDuplicates(datasetId)).toMatchObject({ groups: 0, images: 0 });
  await reviseDataset(datasetId, { changes: { restored: [copy.id, small.id] }, reason: "" });

  // Whatever the seed, a model is not judged by a copy of what it has learnt from.
  for (const seed of [0, 1, 2, 3]) {
    await splitDataset({ datasetId, heldOutShare: 0.5, seed });
    const splits = await db.image.findMany({
      where: { datasetId, nearDuplicate: { isNot: null } },
      distinct: ["split"],
    });
    expect(splits).toHaveLength(1);
  }
});

describe("grouping", () => {
  test("finds exactly the pairs within the distance, as comparing all with all does", async () => {
    // Few levels, so that many pairs are close: a linear congruential generator of known constants.
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const count = 120;
    const pixels = new Uint8Array(count * fingerprintLength);
    for (let index = 0; index < count; index++) {
      const base = Math.floor(random() * 12) * 7;
      for (let at = 0; at < fingerprintLength; at++) {
        pixels[index * fingerprintLength + at] = base + Math.floor(random() * 12);
      }
    }
    const most = 4;
    const isClose = new Set<number>();
    for (let one = 0; one < count; one++) {
      for (let other = 0; other < count; other++) {
        if (one === other) continue;
        let sum = 0;
        for (let at = 0; at < fingerprintLength; at++) {
          sum += Math.abs(pixels[one * fingerprintLength + at]! - pixels[other * fingerprintLength + at]!);
        }
        if (sum / fingerprintLength <= most) isClose.add(one);
      }
    }
    const similar = await groupSimilar(pixels, most);
    expect(new Set(similar.map(({ index }) => index))).toEqual(isClose);
    expect(isClose.size).toBeGreaterThan(10);
    expect(isClose.size).toBeLessThanOrEqual(count);
  });

  test("of nothing is nothing", async () => {
    expect(await groupSimilar(new Uint8Array(0), 6)).toEqual([]);
  });
});
