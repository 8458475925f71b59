/** A database as it was before a migration. */
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";

/**
 * Makes the database at `url` again with the migrations before `migration`, and runs `fill` on it. `folder`: for the
 * migrations' copies.
 */
export async function fillEarlierDatabase(
  url: string,
  folder: string,
  migration: string,
  fill: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const earlier = join(folder, "migrations");
  cpSync("prisma/migrations", earlier, { recursive: true });
  for (const name of readdirSync(earlier)) {
    // migration_lock.toml is beside them.
    if (name >= migration && name.startsWith("2026")) rmSync(join(earlier, name), { recursive: true });
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    await applyMigrations(url, earlier);
    await fill(client);
  } finally {
    await client.end();
  }
}
