/** Drafts by a tiny image-to-text model, in an engine process, onto a desk. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { handle } from "@/jobs/draft-captions/handler";
import { startDrafts } from "@/jobs/draft-captions/start";
import { leaseImages } from "@/lib/desks/share/lease-images";
import { withTestDatabase } from "@/tests/database";
import { makeDesk, sitDown } from "@/tests/lib/desks/desk-fixture";
import { writeTinyCaptioner } from "@/tests/lib/metrics/extractors/tiny-captioner";

const { db, dataFolder } = await withTestDatabase();
const folder = join(dataFolder, "imports", "tiny");
beforeAll(() => writeTinyCaptioner(folder));

const context = (notes: string[]) => ({
  signal: new AbortController().signal,
  lost: new AbortController().signal,
  provider: "cpu" as const,
  report: (progress: number, note = "") => void notes.push(`${progress.toFixed(2)} ${note}`),
  keepResult: async () => {},
});

describe("drafts", () => {
  it("are stored as they come, with the model's name, and shown to captioners where the desk says so", async () => {
    const desk = await makeDesk(3, { people: 1, showsDrafts: true });
    // One image already has what this model says of it.
    const [first] = await db.deskImage.findMany({ where: { deskId: desk.deskId }, take: 1 });
    await db.deskImage.update({ where: { id: first!.id }, data: { draft: "kept", draftModel: folder } });
    const notes: string[] = [];
    await handle({ deskId: desk.deskId, model: { kind: "folder", path: folder } }, context(notes));
    const drafted = await db.deskImage.findMany({ where: { deskId: desk.deskId } });
    expect(drafted.map(({ draftModel }) => draftModel)).toEqual([folder, folder, folder]);
    expect(drafted.filter(({ draft }) => /^a (red|green|blue)/.test(draft!))).toHaveLength(2);
    expect(drafted.find(({ id }) => id === first!.id)).toMatchObject({ draft: "kept" });
    expect(notes.at(-1)).toBe("1.00 2 of 2 images");
    const { id } = await sitDown(desk);
    expect((await leaseImages(id)).items.every(({ draft }) => draft !== null)).toBe(true);
    await db.desk.update({ where: { id: desk.deskId }, data: { showsDrafts: false } });
    expect((await leaseImages(id)).items.every(({ draft }) => draft === null)).toBe(true);
  });

  it("name a folder that has no such model", async () => {
    const desk = await makeDesk(1);
    const path = join(dataFolder, "imports", "broken");
    mkdirSync(path);
    writeFileSync(join(path, "config.json"), "{}");
    await expect(
      handle({ deskId: desk.deskId, model: { kind: "folder", path } }, context([])),
    ).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining(path),
    });
  });
});

describe("startDrafts", () => {
  it("refuses folders outside of the import folders, and those whose files lead out of them", async () => {
    const { deskId } = await makeDesk(1);
    const start = (path: string) => startDrafts({ deskId, model: { kind: "folder", path } });
    await expect(start("/etc")).rejects.toMatchObject({ code: "invalid_input", details: { field: "path" } });
    const leading = join(dataFolder, "imports", "leading");
    mkdirSync(leading);
    symlinkSync("/etc/hostname", join(leading, "config.json"));
    await expect(start(leading)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(start(join(dataFolder, "imports", "missing"))).rejects.toMatchObject({
      details: { field: "path" },
    });
    expect(await db.job.count()).toBe(0);
  });

  it("queues one job at a time for a desk", async () => {
    const { deskId } = await makeDesk(1);
    const model = { kind: "folder" as const, path: folder };
    await startDrafts({ deskId, model });
    await expect(startDrafts({ deskId, model })).rejects.toMatchObject({ code: "conflict" });
  });
});
