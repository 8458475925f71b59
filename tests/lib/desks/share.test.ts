/** Who is given which images: shares, overlap, holds, and what is left by those who do not come back. */
import { describe, expect, it } from "vitest";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { saveCaption, skipImage } from "@/lib/desks/captions/save-caption";
import { closeDesk } from "@/lib/desks/end-desk";
import { getDesk } from "@/lib/desks/get-desk";
import { removeCaptioner } from "@/lib/desks/join/personal-links";
import { leaseImages } from "@/lib/desks/share/lease-images";
import { withTestDatabase } from "@/tests/database";
import { makeDesk, sitDown, sitDownByLink } from "./desk-fixture";

const { db } = await withTestDatabase();

const save = (captionerId: string, taskId: string, text: string, position = 0) =>
  saveCaption(captionerId, { taskId, position, text, isFromDraft: false });

/** Captions up to `most` images. @returns how many there were */
async function work(captionerId: string, most = Number.POSITIVE_INFINITY): Promise<number> {
  let done = 0;
  let { items } = await leaseImages(captionerId);
  while (items.length > 0 && done < most) {
    const { lease } = await save(captionerId, items[0]!.taskId, `image ${done} by ${captionerId}`);
    items = lease.items;
    done++;
  }
  return done;
}

async function lapse(captionerId: string): Promise<void> {
  await db.captioner.update({ where: { id: captionerId }, data: { heldUntil: new Date(Date.now() - 1000) } });
}

const holdersOf = (deskId: string) =>
  db.deskImage.findMany({
    where: { deskId },
    include: { tasks: { where: { state: "DONE" }, select: { captionerId: true } } },
  });

describe("shares", () => {
  it("divide the images evenly, each going to one person", async () => {
    const desk = await makeDesk(8, { people: 4 });
    const people = await Promise.all([1, 2, 3, 4].map(() => sitDown(desk)));
    const done = await Promise.all(people.map(({ id }) => work(id)));
    expect(done).toEqual([2, 2, 2, 2]);
    for (const { tasks } of await holdersOf(desk.deskId)) expect(tasks).toHaveLength(1);
    await expect(sitDownByLink(desk)).rejects.toMatchObject({ code: "gone", details: { refusal: "full" } });
  });

  it("give shared images to as many people as asked, never twice to one, mixed with the others", async () => {
    const desk = await makeDesk(8, { people: 4, overlap: 0.5, peoplePerShared: 2 });
    const people = [await sitDown(desk), await sitDown(desk), await sitDown(desk), await sitDown(desk)];
    // In turns: everybody is at work at the same time.
    for (let round = 0; round < 3; round++) for (const { id } of people) await work(id, 1);
    const images = await holdersOf(desk.deskId);
    for (const { wanted, tasks } of images) {
      expect(new Set(tasks.map(({ captionerId }) => captionerId)).size).toBe(wanted);
    }
    for (const { id } of people) {
      const shared = images.filter(
        ({ wanted, tasks }) => wanted > 1 && tasks.some(({ captionerId }) => captionerId === id),
      );
      expect(shared.length).toBeGreaterThanOrEqual(1);
      expect(shared.length).toBeLessThanOrEqual(3);
    }
  });

  it("go to others when their person does not come back; who returns takes up what is left", async () => {
    const desk = await makeDesk(6, { people: 2 });
    const [left, stays] = [await sitDown(desk), await sitDown(desk)];
    await work(left.id, 1);
    expect(await work(stays.id)).toBe(3);
    expect(await leaseImages(stays.id)).toMatchObject({ items: [], mayContinue: false });
    await lapse(left.id);
    expect(await leaseImages(stays.id)).toMatchObject({ items: [], mayContinue: true });
    const more = await leaseImages(stays.id, { takesMore: true });
    expect(more.items).toHaveLength(2);
    const back = await leaseImages(left.id);
    expect(back).toMatchObject({ items: [], progress: { done: 1, share: 1 } });
    expect(await work(stays.id)).toBe(2);
    for (const { tasks } of await holdersOf(desk.deskId)) expect(tasks).toHaveLength(1);
  });

  it("are held by captions alone: asking again does not hold them longer", async () => {
    const desk = await makeDesk(2, { people: 1, holdHours: 5 });
    const { id } = await sitDown(desk);
    const { items } = await leaseImages(id);
    const first = await db.captioner.findUniqueOrThrow({ where: { id } });
    await leaseImages(id);
    expect((await db.captioner.findUniqueOrThrow({ where: { id } })).heldUntil).toEqual(first.heldUntil);
    expect(first.heldUntil!.getTime()).toBeLessThan(Date.now() + 3_700_000);
    await save(id, items[0]!.taskId, "a red square");
    const after = await db.captioner.findUniqueOrThrow({ where: { id } });
    expect(after.heldUntil!.getTime()).toBeGreaterThan(Date.now() + 4 * 3_600_000);
  });

  it("take no caption for an image that somebody else has by now", async () => {
    const desk = await makeDesk(1, { people: 1 });
    const late = await sitDown(desk);
    const { items } = await leaseImages(late.id);
    await lapse(late.id);
    const other = await sitDown(desk);
    await work(other.id);
    await expect(save(late.id, items[0]!.taskId, "too late")).rejects.toMatchObject({
      code: "gone",
      details: { problem: "taken" },
    });
    expect(await db.deskCaption.count({ where: { task: { deskImage: { deskId: desk.deskId } } } })).toBe(1);
  });

  it("never give an image to more people than wanted when many ask at once", async () => {
    const desk = await makeDesk(6, { people: 3, overlap: 1 / 3, peoplePerShared: 3 });
    const people = [await sitDown(desk), await sitDown(desk), await sitDown(desk)];
    await Promise.all([...people, ...people, ...people].map(({ id }) => leaseImages(id)));
    await Promise.all(people.map(({ id }) => work(id)));
    for (const { wanted, tasks } of await holdersOf(desk.deskId)) expect(tasks).toHaveLength(wanted);
    const all = await db.captionTask.groupBy({ by: ["deskImageId"], _count: true });
    expect(Math.max(...all.map(({ _count }) => _count))).toBeLessThanOrEqual(3);
  });
});

describe("an image that was passed over", () => {
  it("goes to one more person, then to nobody", async () => {
    const desk = await makeDesk(1, { people: 3 });
    const people = [await sitDown(desk), await sitDown(desk)];
    for (const { id } of people) {
      const { items } = await leaseImages(id);
      expect(items).toHaveLength(1);
      await skipImage(id, { taskId: items[0]!.taskId, reason: "unclear", text: "" });
    }
    const { id } = await sitDown(desk);
    expect(await leaseImages(id)).toMatchObject({ items: [], mayContinue: false });
  });

  it("can still be captioned by whoever passed it over, while nobody else has it", async () => {
    const desk = await makeDesk(1, { people: 1 });
    const { id } = await sitDown(desk);
    const { items } = await leaseImages(id);
    await skipImage(id, { taskId: items[0]!.taskId, reason: "other", text: "too dark" });
    await save(id, items[0]!.taskId, "a dark square");
    expect(await db.captionTask.findUnique({ where: { id: items[0]!.taskId } })).toMatchObject({
      state: "DONE",
      skipReason: null,
      skipText: "",
    });
  });
});

it("an image that is excluded while the desk is open goes to nobody, and out of the hands of whoever has it", async () => {
  const desk = await makeDesk(4, { people: 1, captionsPerImage: 2 });
  const { id } = await sitDown(desk);
  const { items } = await leaseImages(id);
  await save(id, items[0]!.taskId, "one of two captions");
  const tasks = await db.captionTask.findMany({
    where: { captionerId: id, id: { in: [items[0]!.taskId, items[1]!.taskId] } },
    include: { deskImage: true },
  });
  const excluded = tasks.map(({ deskImage }) => deskImage.imageId);
  await reviseDataset(desk.datasetId, { changes: { excluded }, reason: "" });
  const next = await leaseImages(id);
  expect(next.items).toHaveLength(2);
  const left = next.items.map(({ taskId }) => taskId);
  expect(left).not.toContain(items[0]!.taskId);
  expect(left).not.toContain(items[1]!.taskId);
  expect((await getDesk(desk.deskId)).places).toMatchObject({ images: 2, captioned: 0 });
  // What is restored is given out again.
  await reviseDataset(desk.datasetId, { changes: { restored: excluded }, reason: "" });
  expect((await leaseImages(id)).items).toHaveLength(4);
});

describe("captions", () => {
  it("are cleaned, counted, saved one by one, and can be changed until they are reviewed", async () => {
    const desk = await makeDesk(1, { people: 1, captionsPerImage: 2 });
    const { id } = await sitDown(desk);
    const { taskId } = (await leaseImages(id)).items[0]!;
    const first = await save(id, taskId, "  a  brown\ndog ");
    expect(first.caption).toEqual({ position: 0, text: "a brown dog", tokenCount: 3, isReviewed: false });
    expect(first.lease.items.map((item) => item.taskId)).toEqual([taskId]);
    await expect(save(id, taskId, "a brown dog", 1)).rejects.toMatchObject({ details: { problem: "same" } });
    expect((await save(id, taskId, "a dog on grass", 1)).lease.items).toEqual([]);
    await save(id, taskId, "a brown dog on grass");
    const where = { taskId_position: { taskId, position: 0 } };
    expect(await db.deskCaption.findUnique({ where })).toMatchObject({ revision: 1 });
    await db.deskCaption.update({ where, data: { review: "ACCEPTED" } });
    await expect(save(id, taskId, "a cat")).rejects.toMatchObject({ details: { problem: "reviewed" } });
    await expect(save(id, taskId, "a third", 2)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("are refused where they are empty, long, or have characters that cannot be shown", async () => {
    const desk = await makeDesk(1, { people: 1 });
    const { id } = await sitDown(desk);
    const { taskId } = (await leaseImages(id)).items[0]!;
    const refused = [
      ["empty", " \n "],
      ["characters", "a dog\u0007"],
      ["characters", "a dog \u202ekat"],
      ["characters", "a dog \ud800"],
      ["long", "dog ".repeat(300)],
      ["long", "word ".repeat(129)],
    ] as const;
    for (const [problem, text] of refused) {
      await expect(save(id, taskId, text), text).rejects.toMatchObject({
        code: "invalid_input",
        details: { problem },
      });
    }
    expect(await db.deskCaption.count({ where: { taskId } })).toBe(0);
  });

  it("remember whether they are a draft as it was, a changed one, or neither", async () => {
    const desk = await makeDesk(3, { people: 1, showsDrafts: true });
    await db.deskImage.updateMany({ where: { deskId: desk.deskId }, data: { draft: "a square" } });
    const { id } = await sitDown(desk);
    const { items } = await leaseImages(id);
    expect(items.map(({ draft }) => draft)).toEqual(["a square", "a square", "a square"]);
    const give = (at: number, text: string, isFromDraft: boolean) =>
      saveCaption(id, { taskId: items[at]!.taskId, position: 0, text, isFromDraft });
    await give(0, "a square", false);
    await give(1, "a red square", true);
    await give(2, "a red thing", false);
    const captions = await db.deskCaption.findMany({
      orderBy: { createdAt: "asc" },
      where: { task: { captionerId: id } },
    });
    expect(captions.map(({ origin }) => origin)).toEqual(["DRAFT_ACCEPTED", "DRAFT_CHANGED", "WRITTEN"]);
  });

  it("are taken from nobody else, not after closing, and not from somebody who was removed", async () => {
    const desk = await makeDesk(2, { people: 2 });
    const [one, other] = [await sitDown(desk), await sitDown(desk)];
    const { taskId } = (await leaseImages(one.id)).items[0]!;
    await expect(save(other.id, taskId, "not mine")).rejects.toMatchObject({ code: "gone" });
    await removeCaptioner(other.id);
    await expect(leaseImages(other.id)).rejects.toMatchObject({ code: "not_signed_in" });
    await closeDesk(desk.deskId);
    await expect(save(one.id, taskId, "after closing")).rejects.toMatchObject({
      details: { problem: "closed" },
    });
    expect(await leaseImages(one.id)).toMatchObject({ items: [], isClosed: true });
  });
});
