/** Change sets: what they leave of earlier revisions, and who sees which. */
import { beforeEach, describe, expect, test } from "vitest";
import { createCaptionList } from "@/lib/datasets/create-caption-list";
import { getDataset } from "@/lib/datasets/get-dataset";
import { captionsAt, imagesAt, type Revision } from "@/lib/datasets/revisions/at-revision";
import type { DatasetChanges } from "@/lib/datasets/revisions/dataset-changes";
import { restoreRevision } from "@/lib/datasets/revisions/restore-revision";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import type { Split } from "@/lib/generated/prisma/enums";
import { actingAs } from "@/lib/platform/request/request-context";
import { drawnCaptions } from "@/lib/samples/drawn-captions";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

let datasetId = "";
let lists = 0;

beforeEach(async () => {
  const text = ["image,caption", "a,a cat", "a,a black cat", "a,an old cat", "b,a dog", "c,a bird"].join(
    "\n",
  );
  ({ datasetId } = await createCaptionList({ name: `list ${++lists}`, file: "list.csv", text }));
});

const revise = (changes: DatasetChanges) => reviseDataset(datasetId, { changes, reason: "a reason" });

/** Stems with their captions, in order. */
async function contents(revision: Revision, split?: Split): Promise<Record<string, string[]>> {
  const images = await db.image.findMany({
    where: { datasetId, ...imagesAt(revision, split) },
    orderBy: { position: "asc" },
    include: { captions: { where: captionsAt(revision), orderBy: { position: "asc" } } },
  });
  return Object.fromEntries(images.map(({ stem, captions }) => [stem, captions.map(({ text }) => text)]));
}

const captionId = async (text: string) =>
  (await db.caption.findFirstOrThrow({ where: { text, untilRevision: null, image: { datasetId } } })).id;
const imageId = async (stem: string) => (await db.image.findFirstOrThrow({ where: { stem, datasetId } })).id;

const asMade = { a: ["a cat", "a black cat", "an old cat"], b: ["a dog"], c: ["a bird"] };

describe("captions", () => {
  test("that are edited, added and removed leave every earlier revision as it was", async () => {
    await revise({
      edited: [{ captionId: await captionId("a dog"), text: "  a brown\ndog " }],
      added: [{ imageId: await imageId("c"), text: "a small bird" }],
    });
    const second = { a: asMade.a, b: ["a brown dog"], c: ["a bird", "a small bird"] };
    expect(await contents("newest")).toEqual(second);
    await revise({ removed: [await captionId("a cat"), await captionId("a bird")] });
    const third = { a: ["a black cat", "an old cat"], b: ["a brown dog"], c: ["a small bird"] };
    expect([await contents(1), await contents(2), await contents(3), await contents("newest")]).toEqual([
      asMade,
      second,
      third,
      third,
    ]);
    // Sample sets of the first caption of each image draw one of every image in each revision.
    for (const [datasetRevision, texts] of [
      [1, ["a cat", "a dog", "a bird"]],
      [3, ["a black cat", "a brown dog", "a small bird"]],
    ] as const) {
      const drawn = drawnCaptions({ datasetId, datasetRevision, allCaptions: false });
      expect((await db.caption.findMany(drawn)).map(({ text }) => text)).toEqual(texts);
    }
  });

  test("that somebody else has changed meanwhile are not overwritten, and nothing else of the set is done", async () => {
    const id = await captionId("a dog");
    await revise({ edited: [{ captionId: id, text: "a hound" }] });
    const late = revise({
      edited: [{ captionId: id, text: "a wolf" }],
      excluded: [await imageId("c")],
    });
    await expect(late).rejects.toMatchObject({ code: "conflict", message: /has changed this caption/ });
    expect(await contents("newest")).toEqual({ ...asMade, b: ["a hound"] });
  });

  test("that are empty, or of another dataset, are refused", async () => {
    const id = await captionId("a dog");
    await expect(revise({ edited: [{ captionId: id, text: " \n" }] })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const other = await createCaptionList({ name: `other ${lists}`, file: "a.txt", text: "a fish" });
    const foreign = await db.image.findFirstOrThrow({
      where: { datasetId: other.datasetId },
      include: { captions: true },
    });
    await expect(revise({ removed: [foreign.captions[0]!.id] })).rejects.toMatchObject({ code: "conflict" });
    await expect(revise({ excluded: [foreign.id] })).rejects.toMatchObject({ code: "not_found" });
    await expect(revise({ added: [{ imageId: foreign.id, text: "x" }] })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await db.dataset.findUniqueOrThrow({ where: { id: datasetId } })).revision).toBe(1);
  });
});

test("images that are excluded, restored and moved between splits were what they were", async () => {
  const [a, b] = [await imageId("a"), await imageId("b")];
  await revise({ heldOut: [a], excluded: [b] });
  await revise({ restored: [b], heldOut: [b] });
  await revise({ training: [a] });
  const stems = async (revision: Revision, split?: Split) => Object.keys(await contents(revision, split));
  const table = await Promise.all(
    ([1, 2, 3, 4, "newest"] as const).map(async (revision) =>
      [await stems(revision), await stems(revision, "TRAINING"), await stems(revision, "HELD_OUT")].map(
        (names) => names.join(""),
      ),
    ),
  );
  expect(table).toEqual([
    ["abc", "abc", ""],
    ["ac", "c", "a"],
    ["abc", "c", "ab"],
    ["abc", "ac", "b"],
    ["abc", "ac", "b"],
  ]);
});

test("an earlier revision is restored as a new one, captions, split and exclusions alike, and counted right", async () => {
  const [a, b, c] = [await imageId("a"), await imageId("b"), await imageId("c")];
  await revise({
    edited: [{ captionId: await captionId("a dog"), text: "a hound" }],
    removed: [await captionId("a cat")],
    heldOut: [a],
  });
  await revise({ added: [{ imageId: c, text: "a small bird" }], excluded: [b], training: [a] });
  const restore = (revision: number) => restoreRevision({ datasetId, revision });
  const kept = await captionId("a bird");
  expect(await restore(1)).toEqual({
    revision: 4,
    // "a black cat" and "an old cat" go back to the places that they had.
    counts: { edited: 2, added: 1, removed: 1, excluded: 0, restored: 1, training: 0, heldOut: 0 },
  });
  expect(await contents("newest")).toEqual(asMade);
  expect(await contents(3, "TRAINING")).toEqual({
    a: ["a black cat", "an old cat"],
    c: ["a bird", "a small bird"],
  });
  expect(await captionId("a bird")).toBe(kept);
  expect(await restore(2)).toMatchObject({ revision: 5, counts: { heldOut: 1 } });
  expect(await contents("newest", "HELD_OUT")).toEqual({ a: ["a black cat", "an old cat"] });
  expect(await contents("newest")).toEqual(await contents(2));
  // What is so already is no revision.
  expect((await restore(2)).revision).toBe(5);
  await expect(restore(5)).rejects.toMatchObject({ message: "Revision 5 is the newest one." });
  await expect(restore(9)).rejects.toMatchObject({ code: "invalid_input", details: { field: "revision" } });

  const { captionCount, firstCaptionCount, excludedCount } = await getDataset(datasetId);
  expect({ captionCount, firstCaptionCount, excludedCount }).toEqual({
    captionCount: 4,
    firstCaptionCount: 3,
    excludedCount: 0,
  });
  await revise({ excluded: [a] });
  expect(await getDataset(datasetId)).toMatchObject({
    captionCount: 2,
    firstCaptionCount: 2,
    excludedCount: 1,
  });
});

test("the history says who changed how much and why; a set that changes nothing leaves no trace", async () => {
  const id = await captionId("a dog");
  const change = () => revise({ edited: [{ captionId: id, text: "a hound" }], heldOut: [] });
  expect(await actingAs("eve@example.org", change)).toMatchObject({ revision: 2, counts: { edited: 1 } });
  const again = await revise({ edited: [{ captionId: await captionId("a hound"), text: "a hound" }] });
  expect(again.revision).toBe(2);
  expect(await db.datasetRevision.findMany({ where: { datasetId } })).toMatchObject([
    { number: 2, actor: "eve@example.org", reason: "a reason", counts: { edited: 1, heldOut: 0 } },
  ]);
  expect(
    await db.auditEntry.findMany({ where: { subjectId: datasetId, action: "dataset.revised" } }),
  ).toMatchObject([
    { actor: "eve@example.org", detail: { revision: 2, changes: "1 caption edited", reason: "a reason" } },
  ]);
});

test("change sets at the same time follow each other", async () => {
  const ids = await Promise.all(["a", "b", "c"].map(imageId));
  await Promise.all(ids.map((id) => revise({ heldOut: [id] })));
  expect(await contents("newest", "TRAINING")).toEqual({});
  expect(await contents(2, "TRAINING")).not.toEqual({});
  expect((await db.dataset.findUniqueOrThrow({ where: { id: datasetId } })).revision).toBe(4);
});
