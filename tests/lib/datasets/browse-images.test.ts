/** The list of a dataset's page: filters, places, the history of an image, splits and statistics. */
import { describe, expect, test } from "vitest";
import { browseImages, everyImage, type ImageFilter } from "@/lib/datasets/browse-images";
import { recountContents } from "@/lib/datasets/count-contents";
import { createCaptionList } from "@/lib/datasets/create-caption-list";
import { getImageWithHistory } from "@/lib/datasets/image-history";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { listRevisions } from "@/lib/datasets/revisions/list-revisions";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { splitDataset } from "@/lib/datasets/revisions/split-dataset";
import { computeStatistics, findStatistics } from "@/lib/datasets/statistics/dataset-statistics";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const long = Array.from({ length: 70 }, (_, index) => `word${index}`).join(" ");
const rows = [
  "n0,a 100% black cat",
  "n1,a brown dog",
  "n2,A Dog_house",
  `n3,${long}`,
  "n4,a bird",
  "n5,a bird",
];
const { datasetId } = await createCaptionList({
  name: "list",
  file: "list.csv",
  text: `image,caption\n${rows.join("\n")}`,
});
const ids = new Map(
  (await db.image.findMany({ where: { datasetId } })).map(({ stem, id }) => [stem, id] as const),
);
const imageId = (stem: string) => ids.get(stem)!;
const captionOf = async (stem: string) =>
  (await db.caption.findFirstOrThrow({ where: { imageId: imageId(stem), untilRevision: null } })).id;

const stems = async (filter: Partial<ImageFilter>) =>
  (await browseImages(datasetId, { ...everyImage, ...filter })).images.map(({ stem }) => stem).join(" ");

test("filters narrow the list, and what people type is no pattern", async () => {
  await db.image.update({
    where: { id: imageId("n0") },
    data: { blobSha256: "0".repeat(64), widthPx: 300, heightPx: 255 },
  });
  await recountContents(db, datasetId);
  await reviseDataset(datasetId, {
    reason: "",
    changes: { removed: [await captionOf("n5")], heldOut: [imageId("n1")], excluded: [imageId("n4")] },
  });
  await db.nearDuplicate.createMany({
    data: [
      { imageId: imageId("n3"), group: 0, distance: 1 },
      { imageId: imageId("n1"), group: 1, distance: 1 },
      { imageId: imageId("n0"), group: 1, distance: 1 },
      { imageId: imageId("n2"), group: 0, distance: 1 },
    ],
  });
  expect(await stems({})).toBe("n0 n1 n2 n3 n5");
  expect(await stems({ text: "DOG" })).toBe("n1 n2");
  expect(await stems({ text: "0%" })).toBe("n0");
  expect(await stems({ text: "g_h" })).toBe("n2");
  expect(await stems({ text: "bird" })).toBe("");
  expect(await stems({ trait: "no-caption" })).toBe("n5");
  expect(await stems({ trait: "long" })).toBe("n3");
  expect(await stems({ trait: "small" })).toBe("n0");
  expect(await stems({ trait: "duplicate" })).toBe("n2 n3 n0 n1");
  expect(await stems({ standing: "held-out" })).toBe("n1");
  expect(await stems({ standing: "training", text: "dog" })).toBe("n2");
  expect(await stems({ standing: "excluded" })).toBe("n4");
  expect(await stems({ standing: "all" })).toBe("n0 n1 n2 n3 n4 n5");
  expect((await listDatasets()).datasets).toMatchObject([
    { imageCount: 1, trainingCount: 1, excludedCount: 1, captionCount: 4, firstCaptionCount: 4 },
  ]);
});

test.each([everyImage, { ...everyImage, trait: "duplicate" as const }])(
  "pages lead forth and back through the whole list",
  async (filter) => {
    const all = (await browseImages(datasetId, filter)).images.map(({ id }) => id);
    const seen: string[] = [];
    let from: string | null = null;
    for (;;) {
      const page = await browseImages(datasetId, filter, { from, pageSize: 2 });
      expect(page.total).toBe(all.length);
      if (from !== null) {
        const back = await browseImages(datasetId, filter, { from: page.previous, pageSize: 2 });
        expect(back.images.map(({ id }) => id)).toEqual(seen.slice(-2));
      } else expect(page.previous).toBeNull();
      seen.push(...page.images.map(({ id }) => id));
      if (page.next === null) break;
      from = page.next;
    }
    expect(seen).toEqual(all);
    expect((await browseImages(datasetId, filter, { from: "after-x" })).images).toHaveLength(all.length);
  },
);

test("the history of an image has its former texts, and one of them can be used again", async () => {
  const first = await captionOf("n2");
  await reviseDataset(datasetId, {
    reason: "it is a kennel",
    changes: { edited: [{ captionId: first, text: "a kennel" }], heldOut: [imageId("n2")] },
  });
  const { changes } = await getImageWithHistory(datasetId, imageId("n2"));
  const [{ revision, before, after, standing, reason }] = changes as [(typeof changes)[number]];
  expect({ before, after, standing, reason }).toEqual({
    before: [{ text: "A Dog_house", present: await captionOf("n2") }],
    after: ["a kennel"],
    standing: { split: "HELD_OUT", isExcluded: false },
    reason: "it is a kennel",
  });
  expect((await listRevisions(datasetId))[0]).toMatchObject({
    number: revision,
    changes: "1 caption edited, 1 image held out",
  });
  await expect(getImageWithHistory(first, imageId("n2"))).rejects.toMatchObject({ code: "not_found" });
});

describe("a split", () => {
  const heldOut = async () =>
    (await db.image.findMany({ where: { datasetId, split: "HELD_OUT" }, orderBy: { position: "asc" } }))
      .map(({ stem }) => stem)
      .join(" ");

  test("by share is the same for the same seed and names, and another for another seed", async () => {
    await db.nearDuplicate.deleteMany({});
    const splits = new Set<string>();
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(await splitDataset({ datasetId, heldOutShare: 0.4, seed })).toMatchObject({
        trainingCount: 3,
        heldOutCount: 2,
      });
      splits.add(await heldOut());
    }
    expect(splits.size).toBeGreaterThan(1);
    await splitDataset({ datasetId, heldOutShare: 0.4, seed: 1 });
    expect(await heldOut()).toBe([...splits][0]);
  });

  test("by list holds out the listed images and no others; unknown names are told by row", async () => {
    await splitDataset({ datasetId, by: "list", list: "n1\r\n\nn3\n" });
    expect(await heldOut()).toBe("n1 n3");
    const wrong = splitDataset({ datasetId, by: "list", list: "n0\nno such\nn1\n../n2" });
    await expect(wrong).rejects.toMatchObject({
      code: "invalid_input",
      message: "No image of the dataset has the name in row 2 (no such), row 4 (../n2).",
      details: { field: "list" },
    });
    expect(await heldOut()).toBe("n1 n3");
  });
});

test("statistics are those of the newest revision, and are kept with it", async () => {
  expect(await findStatistics(datasetId)).toBeNull();
  const statistics = await computeStatistics(datasetId);
  expect(statistics).toMatchObject({
    training: 3,
    heldOut: 2,
    excluded: 1,
    captions: 4,
    withoutCaption: 1,
    long: 1,
    sizes: [{ from: 128, to: 255, count: 1 }],
  });
  expect(statistics.lengths.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  expect(statistics.words.map(({ word }) => word)).toContain("kennel");
  expect(statistics.words.map(({ word }) => word)).not.toContain("a");
  expect(await findStatistics(datasetId)).toEqual(statistics);
  await reviseDataset(datasetId, { reason: "", changes: { restored: [imageId("n4")] } });
  expect(await findStatistics(datasetId)).toBeNull();
});
