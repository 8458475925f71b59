import { beforeAll, describe, expect, it } from "vitest";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import type { AuditKind } from "@/lib/platform/audit/audit-kinds";
import { checkAuditChain, checkNewAuditEntries } from "@/lib/platform/audit/check-audit-chain";
import { listAuditEntries } from "@/lib/platform/audit/list-audit-entries";
import { withTestDatabase } from "@/tests/database";
import { pastGuards } from "@/tests/past-guards";

const { db } = await withTestDatabase();

async function append(action: string): Promise<void> {
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      actor: "ada@example.org",
      action: action as AuditKind,
      subject: { kind: "installation", id: "test" },
      detail: { z: 1, a: { y: 2, b: [3] } },
    }),
  );
}

async function entry(place: number) {
  const [found] = await db.auditEntry.findMany({ orderBy: { sequence: "asc" }, skip: place, take: 1 });
  return found!;
}

beforeAll(async () => {
  for (const action of ["first", "second", "third"]) await append(action);
});

describe("the audit log", () => {
  it("is listed newest first, page by page", async () => {
    const { entries, total } = await listAuditEntries({ page: 2, pageSize: 2 });
    expect(total).toBe(3);
    expect(entries.map((entry) => entry.action)).toEqual(["first"]);
  });

  it("can be neither edited, shortened nor emptied", async () => {
    const changes = [
      db.auditEntry.updateMany({ data: { actor: "somebody@example.org" } }),
      db.auditEntry.deleteMany(),
      db.$executeRaw`TRUNCATE "AuditEntry"`,
    ];
    for (const change of changes) await expect(change).rejects.toThrow("append-only");
    expect((await checkAuditChain()).broken).toBeNull();
  });

  it.each(["actor", "action", "detail", "at", "previousHash", "hash"])(
    "gives away who got past its guard and changed the %s of an entry",
    async (column) => {
      const second = await entry(1);
      const values = { actor: "x", action: "x", detail: {}, at: new Date(0), previousHash: "x", hash: "x" };
      await pastGuards(db, (transaction) =>
        transaction.auditEntry.update({
          where: { sequence: second.sequence },
          data: { [column]: values[column as keyof typeof values] },
        }),
      );
      expect((await checkAuditChain()).broken).toBe(second.sequence);
      await pastGuards(db, (transaction) =>
        transaction.auditEntry.update({
          where: { sequence: second.sequence },
          data: { ...second, detail: second.detail as object },
        }),
      );
      expect((await checkAuditChain()).broken).toBeNull();
    },
  );

  it.each([1, 2])("gives away that an entry is gone, the newest one too (%i)", async (place) => {
    const gone = await entry(place);
    await pastGuards(db, (transaction) =>
      transaction.auditEntry.delete({ where: { sequence: gone.sequence } }),
    );
    expect((await checkAuditChain()).broken).toBe(place === 1 ? gone.sequence + 1 : gone.sequence);
    await db.auditEntry.create({ data: { ...gone, detail: gone.detail as object } });
    expect((await checkAuditChain()).broken).toBeNull();
  });

  it("is checked from where it was found whole, which is remembered", async () => {
    await db.setting.deleteMany({ where: { key: "audit-checked" } });
    expect(await checkNewAuditEntries()).toBeNull();
    const { allAt } = await checkAuditChain();
    const first = await entry(0);
    const change = (actor: string, sequence: number) =>
      pastGuards(db, (transaction) =>
        transaction.auditEntry.update({ where: { sequence }, data: { actor } }),
      );
    await change("x", first.sequence);
    expect(await checkNewAuditEntries()).toEqual({ broken: null, allAt });
    expect((await checkAuditChain()).broken).toBe(first.sequence);
    await change(first.actor, first.sequence);
    await append("fourth");
    const [fourth] = await db.auditEntry.findMany({ orderBy: { sequence: "desc" }, take: 1 });
    await change("x", fourth!.sequence);
    expect(await checkNewAuditEntries()).toEqual({ broken: fourth!.sequence, allAt });
    await change(fourth!.actor, fourth!.sequence);
    expect(await checkNewAuditEntries()).toEqual({ broken: null, allAt });
    await change("x", fourth!.sequence);
    expect(await checkNewAuditEntries()).toEqual({ broken: fourth!.sequence, allAt });
    await change(fourth!.actor, fourth!.sequence);
  });

  it("accepts concurrent entries without a fork in its chain", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => append(`at once ${index}`)));
    expect((await checkAuditChain()).broken).toBeNull();
    expect((await listAuditEntries()).total).toBe(16);
  });

  it("has no entries of rolled-back transactions", async () => {
    const attempt = db.$transaction(async (transaction) => {
      await appendAuditEntry(transaction, {
        action: "undone" as AuditKind,
        subject: { kind: "installation", id: "test" },
      });
      throw new Error("no");
    });
    await expect(attempt).rejects.toThrow("no");
    expect(await db.auditEntry.count({ where: { action: "undone" } })).toBe(0);
    expect((await checkAuditChain()).broken).toBeNull();
  });
});
