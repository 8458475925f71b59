import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { appendAuditEntry, auditHash } from "@/lib/platform/audit/append-audit-entry";
import { auditToCsv } from "@/lib/platform/audit/audit-file";
import { readAuditSelection } from "@/lib/platform/audit/audit-selection";
import { listAuditEntries } from "@/lib/platform/audit/list-audit-entries";
import { inRequest } from "@/lib/platform/request/request-context";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

beforeAll(async () => {
  const entries = [
    ["ada@example.org", "dataset.deleted", { kind: "dataset", id: "d1", name: "100%_dogs" }],
    ["ada@example.org", "model.deleted", { kind: "model", id: "m1", name: "=HYPERLINK(1)" }],
    ["grace@example.org", "dataset.import-started", { kind: "dataset", id: "d2", name: "cats" }],
  ] as const;
  for (const [actor, action, subject] of entries) {
    await inRequest({ requestId: `r-${subject.id}`, address: "203.0.113.7" }, () =>
      db.$transaction((transaction) => appendAuditEntry(transaction, { actor, action, subject })),
    );
  }
});

const found = async (asked: Record<string, string>) =>
  (await listAuditEntries({ selection: readAuditSelection((name) => asked[name]) })).entries.map(
    ({ subjectId }) => subjectId,
  );

describe("filters of the audit log", () => {
  const today = new Date().toISOString().slice(0, 10);
  it.each([
    [{}, ["d2", "m1", "d1"]],
    [{ kind: "dataset" }, ["d2", "d1"]],
    [{ kind: "model.deleted" }, ["m1"]],
    [{ kind: "mod" }, []],
    [{ actor: "GRACE" }, ["d2"]],
    [{ subject: "m1" }, ["m1"]],
    [{ subject: "Cat" }, ["d2"]],
    [{ subject: "%_" }, ["d1"]],
    [{ from: today, to: today }, ["d2", "m1", "d1"]],
    [{ to: "2020-01-01" }, []],
    [{ from: "nonsense" }, ["d2", "m1", "d1"]],
  ])("%j", async (asked, ids) => {
    expect(await found(asked as Record<string, string>)).toEqual(ids);
  });
});

it("the exported file has what the hashes cover, oldest first, and no formula for a spreadsheet", async () => {
  let text = "";
  for await (const piece of auditToCsv({})) text += piece;
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  expect(rows.map(({ subjectId }) => subjectId)).toEqual(["d1", "m1", "d2"]);
  expect(rows[1]!.subjectName).toBe("'=HYPERLINK(1)");
  const { at, detail, ...row } = rows[2]!;
  const entry = { ...row, at: new Date(at!), detail: JSON.parse(detail!) as unknown };
  expect(auditHash(entry as never)).toBe(rows[2]!.hash);
});
