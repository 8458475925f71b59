import { beforeAll, describe, expect, it } from "vitest";
import { appendAuditEntry } from "@/lib/audit/append-audit-entry";
import { findBrokenAuditEntry, listAuditEntries } from "@/lib/audit/list-audit-entries";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

beforeAll(async () => {
  for (const action of ["first", "second", "third"]) {
    await db.$transaction((transaction) =>
      appendAuditEntry(transaction, {
        actor: "ada@example.org",
        action,
        detail: { z: 1, a: { y: 2, b: [3] } },
      }),
    );
  }
});

/** Changes the log as somebody with the database's master key could, who gets past its triggers. */
async function tamper(sql: string): Promise<void> {
  await db.$transaction([
    db.$executeRawUnsafe("SET LOCAL session_replication_role = replica"),
    db.$executeRawUnsafe(sql),
  ]);
}

describe("the audit log", () => {
  it("is listed newest first, page by page", async () => {
    const { entries, total } = await listAuditEntries({ page: 2, pageSize: 2 });
    expect(total).toBe(3);
    expect(entries.map((entry) => entry.action)).toEqual(["first"]);
  });

  it("is whole as long as nobody gets past its guard, and gives away who did", async () => {
    const [, second, third] = await db.auditEntry.findMany({ orderBy: { sequence: "asc" } });
    await expect(db.auditEntry.deleteMany()).rejects.toThrow("append-only");
    expect(await findBrokenAuditEntry()).toBeNull();
    await tamper(
      `UPDATE "AuditEntry" SET actor = 'somebody@example.org' WHERE sequence = ${second!.sequence}`,
    );
    expect(await findBrokenAuditEntry()).toBe(second!.sequence);
    await tamper(`DELETE FROM "AuditEntry" WHERE sequence = ${second!.sequence}`);
    expect(await findBrokenAuditEntry()).toBe(third!.sequence);
  });
});
