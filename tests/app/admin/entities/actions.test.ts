/** Deleting and cancelling revalidate the pages that show the change, and no others. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { cancel, remove } from "@/app/admin/entities/actions";
import { type EntityKind, entities, kindAt, pagesOf } from "@/app/admin/entities/entities";
import { startImport } from "@/jobs/import-dataset/start";
import { jobOfKind } from "@/jobs/registry";
import type { Member } from "@/lib/platform/accounts/member";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";

const next = vi.hoisted(() => ({ member: null as Member | null, drawnAnew: [] as string[] }));
// Which pages Next keeps is Next's business; outside its server both have nothing to work on.
vi.mock("@/lib/platform/accounts/current-user", () => ({ currentUser: async () => next.member }));
vi.mock("next/cache", () => ({ revalidatePath: (path: string) => next.drawnAnew.push(path) }));

const { db, dataFolder } = await withTestDatabase();

afterAll(() => stopQueue());

beforeEach(() => {
  next.member = {
    id: "1",
    email: "ada@example.org",
    name: "Ada",
    role: "RESEARCHER",
    hasPassword: true,
    sessionId: "00000000-0000-4000-8000-000000000000",
    hasFreshLink: false,
  };
  next.drawnAnew = [];
});

describe("a change of one entity", () => {
  it("revalidates existing pages only", () => {
    const app = fileURLToPath(new URL("../../../../app", import.meta.url));
    for (const route of pagesOf(...(Object.keys(entities) as EntityKind[]))) {
      expect(existsSync(`${app}${route}/page.tsx`), route).toBe(true);
    }
  });

  it("does not revalidate the pages of other entities", async () => {
    const { id } = await db.dataset.create({ data: { name: "to go", state: "READY" } });
    expect(await remove({ kind: "dataset", id })).toMatchObject({ ok: true });
    expect(await db.dataset.count()).toBe(0);
    expect(next.drawnAnew).toEqual(expect.arrayContaining(["/admin/datasets", "/admin", "/admin/jobs"]));
    for (const other of [
      "/admin/users",
      "/admin/models",
      "/admin/studies",
      "/admin/evaluations",
      "/admin/settings",
    ])
      expect(next.drawnAnew).not.toContain(other);
  });

  it("revalidates nothing if the action was rejected", async () => {
    const id = crypto.randomUUID();
    expect(await remove({ kind: "model", id })).toMatchObject({ ok: false, code: "not_found" });
    expect(next.drawnAnew).toEqual([]);
  });

  it("made on the page of jobs also revalidates the page of the job's subject", async () => {
    const source = { kind: "folder" as const, path: join(dataFolder, "imports") };
    const { datasetId, jobId } = await startImport({ name: "never mind", source });
    expect(await cancel({ kind: "job", id: jobId, work: "import-dataset" })).toMatchObject({ ok: true });
    expect((await db.dataset.findUniqueOrThrow({ where: { id: datasetId } })).state).toBe("FAILED");
    expect(next.drawnAnew).toEqual(expect.arrayContaining(["/admin/jobs", "/admin/datasets/[datasetId]"]));
    expect(next.drawnAnew).not.toContain("/admin/samples");
  });
});

describe("the kind of thing at an address", () => {
  it.each([
    [jobOfKind("fine-tune").words.page("x"), "fine-tune"],
    [jobOfKind("draw-caption").words.page("x"), "sample-set"],
    [jobOfKind("get-weights").words.page("x"), "network"],
    [jobOfKind("evaluate").words.page("x"), "evaluation"],
    ["/admin/studies", "study"],
    ["/admin/settings", undefined],
    ["/admin/modelsque", undefined],
  ])("%s is a %s", (address, kind) => {
    expect(kindAt(address)).toBe(kind);
  });
});
