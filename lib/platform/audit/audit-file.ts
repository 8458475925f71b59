/** The audit log as a CSV file, with everything that its hashes cover. */
import { stringify } from "csv-stringify/sync";
import { type AuditEntryRow, type AuditSelection, readAuditEntries } from "./list-audit-entries";

const columns = [
  "sequence",
  "at",
  "actor",
  "action",
  "subjectKind",
  "subjectId",
  "subjectName",
  "requestId",
  "address",
  "detail",
  "previousHash",
  "hash",
] as const satisfies readonly (keyof AuditEntryRow)[];

/** A spreadsheet must not take what people typed for a formula. */
const formula = /^[=+\-@\t\r]/;

/** Piece by piece, oldest entries first. */
export async function* auditToCsv(selection: AuditSelection): AsyncGenerator<string> {
  yield stringify([columns as unknown as string[]]);
  for await (const entries of readAuditEntries(selection)) yield stringify(entries.map(toRow));
}

function toRow(entry: AuditEntryRow): string[] {
  return columns.map((column) => {
    const value = entry[column];
    if (value === null) return "";
    if (value instanceof Date) return value.toISOString();
    if (typeof value === "object") return JSON.stringify(value);
    const text = String(value);
    return formula.test(text) ? `'${text}` : text;
  });
}
