/** From captions that were written to a new version of the dataset: review, agreement, adoption, CSV, deletion. */
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { captionsAt } from "@/lib/datasets/revisions/at-revision";
import { saveCaption } from "@/lib/desks/captions/save-caption";
import { closeDesk, deleteDesk } from "@/lib/desks/end-desk";
import { getDesk } from "@/lib/desks/get-desk";
import { adoptCaptions } from "@/lib/desks/review/adopt-captions";
import { captionsToCsv } from "@/lib/desks/review/captions-file";
import { findDeskAgreement } from "@/lib/desks/review/desk-agreement";
import { listReview } from "@/lib/desks/review/list-captions";
import { acceptAllPending, correctCaption, reviewCaptions } from "@/lib/desks/review/review-captions";
import { leaseImages } from "@/lib/desks/share/lease-images";
import { withTestDatabase } from "@/tests/database";
import { makeDesk, sitDown } from "./desk-fixture";

const { db } = await withTestDatabase();

/** Two people describe the same images; `words` says what each writes of an image. */
async function describedDesk(images: number, words: (image: string, person: number) => string) {
  const desk = await makeDesk(images, { people: 2, overlap: 1 });
  for (const person of [0, 1]) {
    const { id } = await sitDown(desk);
    let { items } = await leaseImages(id);
    while (items.length > 0) {
      const { taskId } = items[0]!;
      const task = await db.captionTask.findUniqueOrThrow({
        where: { id: taskId },
        include: { deskImage: { include: { image: true } } },
      });
      const text = words(task.deskImage.image.stem, person);
      items = (await saveCaption(id, { taskId, position: 0, text, isFromDraft: false })).lease.items;
    }
  }
  return desk;
}

describe("a desk's captions", () => {
  it("become part of the dataset once they are accepted: a new revision, each text once per image", async () => {
    const { deskId, datasetId } = await describedDesk(2, (image, person) =>
      image === "image-0" ? "the same caption" : `caption ${person}`,
    );
    const listed = await listReview(deskId, { page: 1, pageSize: 20, filter: "pending" });
    expect(listed.total).toBe(2);
    const captions = listed.images.flatMap((image) => image.captions);
    expect(captions).toHaveLength(4);
    await expect(adoptCaptions(deskId)).rejects.toMatchObject({ code: "conflict" });
    const rejected = captions.find(({ text }) => text === "caption 1")!;
    const corrected = captions.find(({ text }) => text === "caption 0")!;
    await reviewCaptions({ deskId, captionIds: [rejected.id], verdict: "REJECTED" }, "grace");
    await correctCaption({ captionId: corrected.id, text: " a better  caption " }, "grace");
    await acceptAllPending(deskId, "grace");
    expect((await getDesk(deskId)).review).toEqual({ pending: 0, accepted: 3, rejected: 1, adopted: 0 });
    expect(await adoptCaptions(deskId)).toEqual({ captions: 2, revision: 2 });
    const stored = await db.caption.findMany({
      where: { image: { datasetId }, ...captionsAt("newest") },
      orderBy: { image: { position: "asc" } },
      include: { image: true },
    });
    expect(
      stored.map(({ text, image, position, tokenCount }) => [image.stem, position, text, tokenCount]),
    ).toEqual([
      ["image-0", 0, "the same caption", 3],
      ["image-1", 0, "a better caption", 3],
    ]);
    expect(await db.dataset.findUnique({ where: { id: datasetId } })).toMatchObject({ revision: 2 });
    await expect(adoptCaptions(deskId)).rejects.toMatchObject({ code: "conflict" });
    // What is in the dataset is edited there.
    await expect(
      reviewCaptions({ deskId, captionIds: [corrected.id], verdict: "REJECTED" }, "grace"),
    ).rejects.toMatchObject({ code: "conflict" });
    await expect(correctCaption({ captionId: corrected.id, text: "late" }, "grace")).rejects.toMatchObject({
      code: "conflict",
    });
    let written = "";
    for await (const piece of captionsToCsv(deskId)) written += piece;
    const csv = parse<Record<string, string>>(written, { columns: true });
    expect(csv).toHaveLength(4);
    expect(csv.find(({ written }) => written === "caption 0")).toMatchObject({
      image: "image-1.png",
      caption: "a better caption",
      review: "accepted",
      origin: "written",
      tokens: "3",
    });
    await expect(deleteDesk(deskId)).rejects.toMatchObject({ code: "conflict" });
    await closeDesk(deskId);
    await expect(deleteDataset(datasetId)).rejects.toThrow(/1 captioning desk/);
    await deleteDesk(deskId);
    expect(await db.caption.count({ where: { image: { datasetId } } })).toBe(2);
    expect(await db.captioner.count({ where: { deskId } })).toBe(0);
  });

  it("are of other desks and datasets no business", async () => {
    const one = await describedDesk(1, (_, person) => `caption ${person}`);
    const other = await makeDesk(1);
    const { images } = await listReview(one.deskId, { page: 1, pageSize: 20, filter: "all" });
    const captionIds = images[0]!.captions.map(({ id }) => id);
    await expect(
      reviewCaptions({ deskId: other.deskId, captionIds, verdict: "ACCEPTED" }, "grace"),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  it("agree as much as their words do, beyond what is alike for all images", async () => {
    const same = await describedDesk(4, (image) => `a picture of ${image.replace("-", "")}`);
    expect(await findDeskAgreement(same.deskId)).toMatchObject({
      value: 1,
      units: 4,
      ratings: 8,
      isSample: false,
    });
    const unlike = await describedDesk(
      4,
      (image, person) => `${person === 0 ? "a b" : "c d"} ${image.length}`,
    );
    const { value, low, high } = await findDeskAgreement(unlike.deskId);
    expect(value!).toBeLessThan(0.01);
    expect(low!).toBeLessThanOrEqual(value!);
    expect(high!).toBeGreaterThanOrEqual(value!);
  });
});

describe("the images of a desk", () => {
  it("are chosen from the newest revision: without caption, or of a category; never excluded ones", async () => {
    const { datasetId } = await makeDesk(4);
    const images = await db.image.findMany({ where: { datasetId }, orderBy: { position: "asc" } });
    await db.caption.create({
      data: {
        imageId: images[0]!.id,
        position: 0,
        text: "a dog",
        tokenCount: 2,
        categories: { Kind: ["dog=pet"] },
        sinceRevision: 1,
      },
    });
    await db.image.update({ where: { id: images[1]!.id }, data: { isExcluded: true } });
    const count = async (asked: object) => {
      const { deskId } = await makeDesk(0, { datasetId, ...asked });
      return db.deskImage.count({ where: { deskId } });
    };
    expect(await count({ selection: "without-caption" })).toBe(2);
    expect(await count({ selection: "all" })).toBe(3);
    expect(await count({ selection: "category", category: "Kind=dog=pet" })).toBe(1);
    expect(await count({ selection: "training" })).toBe(3);
    await expect(count({ selection: "held-out" })).rejects.toMatchObject({ details: { field: "selection" } });
  });
});
