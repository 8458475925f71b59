/** Records in the audit log that the database was migrated to this version's schema. */
import { db } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { appendAuditEntry } from "./append-audit-entry";

/** @param applied the names of the migrations; none: nothing is recorded */
export async function recordMigrations(applied: readonly string[]): Promise<void> {
  if (applied.length === 0) return;
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      action: "database.migrated",
      subject: { kind: "installation", id: "database" },
      detail: { version: softwareVersion, migrations: [...applied] },
    }),
  );
}
