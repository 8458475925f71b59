/** Whether the database has the schema of this version. */
import { readdir } from "node:fs/promises";
import { queryPrepared } from "./prepared-transaction";

let areApplied = false;

/** Asked only until it is so: a running server's database is not taken back. @param folder of the committed migrations */
export async function areMigrationsApplied(folder: string): Promise<boolean> {
  if (areApplied) return true;
  const wanted = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const rows = await queryPrepared<{ name: string }>`
    SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  const applied = new Set(rows.map(({ name }) => name));
  areApplied = wanted.every(({ name }) => applied.has(name));
  return areApplied;
}
