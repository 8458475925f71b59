import { describe, expect, it } from "vitest";
import { changesBetween } from "@/lib/dashboard/changes-between";
import { listAuditLines } from "@/lib/dashboard/list-audit-lines";
import { appendAuditEntry, type NewAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { auditKinds, auditText } from "@/lib/platform/audit/audit-kinds";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const subject = { kind: "installation", id: "test" } as const;
const studyId = "019328d0-0000-7000-8000-000000000001";
const design = { name: "Dogs", seed: 0, arms: [{ name: "real" }, { name: "original" }], checks: [] };

describe("the audit log in words", () => {
  it("says who was invited, what a changed draft asks now, and names studies that are gone", async () => {
    const actor = "ada@example.org";
    const entries = [
      { action: "user.invited", detail: { name: "Emmy", email: "emmy@example.org", role: "RESEARCHER" } },
      { action: "study.created", detail: { studyId, design } },
      { action: "study.created", detail: { studyId: "019328d0-0000-7000-8000-000000000002", design } },
      {
        action: "study.changed",
        detail: {
          studyId,
          design: { ...design, seed: 4, arms: [{ name: "real" }, { name: "fine-tuned" }], checks: [{}] },
        },
      },
      { action: "study.deleted", detail: { studyId } },
      { action: "made.by-a-later-version", detail: { what: 1 } },
    ];
    for (const entry of entries) await appendAuditEntry(db, { actor, subject, ...entry } as NewAuditEntry);
    const { entries: lines, total } = await listAuditLines({ pageSize: 4 });
    expect(total).toBe(6);
    expect(lines.map(({ text }) => text)).toEqual([
      "made.by-a-later-version",
      "Deleted the draft of “Dogs”",
      "Changed the draft of “Dogs”",
      "Created “Dogs”",
    ]);
    expect(lines[2]!.changes).toEqual([
      // PostgreSQL stores shorter keys first.
      "arms.2.name: “original” → “fine-tuned”",
      "seed: 0 → 4",
      "checks: 0 entries → 1 entry",
    ]);
    const [oldest] = (await listAuditLines({ page: 6, pageSize: 1 })).entries;
    expect(oldest!.text).toBe("Invited Emmy (emmy@example.org) as researcher");
  });

  it("has a sentence for every kind of entry", () => {
    for (const kind of Object.keys(auditKinds)) {
      const text = auditText(kind, { reason: "why" }, "“Dogs”");
      expect(text, kind).toMatch(/^[A-Z“].+[^.]$/);
    }
  });
});

describe("the changes between two values", () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: { b: null } }, { a: { b: "x" } }, ["a.b: nothing → “x”"]],
    [{ a: 1, b: 2 }, { b: 3 }, ["b: 2 → 3", "a: 1 → nothing"]],
    [{ a: [1] }, { a: [1, 2] }, ["a: 1 entry → 2 entries"]],
    [{ a: { b: 1 } }, { a: null }, ['a: {"b":1} → nothing']],
  ])("%j to %j", (before, after, changes) => {
    expect(changesBetween(before, after)).toEqual(changes);
  });
});
