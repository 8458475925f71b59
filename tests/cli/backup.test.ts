import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { backup } from "@/cli/backup";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "@/lib/platform/database/embedded-postgres";

const folder = mkdtempSync(join(tmpdir(), "semblance-"));
const dataFolder = join(folder, "data");
process.env.SEMBLANCE_DATA = dataFolder;
delete process.env.DATABASE_URL;
afterAll(async () => {
  await stopEmbeddedPostgres(dataFolder);
  await stopEmbeddedPostgres(join(folder, "restored"));
  rmSync(folder, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("a copy made during writes to the database can be started and has everything from before", async () => {
  const { url } = await startEmbeddedPostgres(dataFolder);
  await applyMigrations(url, "prisma/migrations");
  await query(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id");
  writeFileSync(join(dataFolder, "blob"), "bytes");
  const writing = (async () => {
    for (let round = 0; round < 20; round++)
      await query(url, "INSERT INTO kept SELECT generate_series(1, 1000)");
  })();
  const target = join(folder, "restored");
  expect(await backup(target, { write: () => true })).toBe(0);
  await writing;
  const [entry] = await query(url, `SELECT detail FROM "AuditEntry" WHERE action = 'backup.made'`);
  expect(entry).toEqual({ detail: { folder: target } });

  const restored = await startEmbeddedPostgres(target);
  const [row] = await query(restored.url, "SELECT count(*)::int AS rows FROM kept");
  expect(row!.rows).toBeGreaterThanOrEqual(1000);
  // Whole transactions only.
  expect((row!.rows as number) % 1000).toBe(0);
  expect(readFileSync(join(target, "blob"), "utf8")).toBe("bytes");
  expect(await query(url, "SELECT count(*)::int AS slots FROM pg_replication_slots")).toEqual([{ slots: 0 }]);
});

test("an existing folder is not overwritten, and the copy cannot be inside the data folder", async () => {
  const existing = join(folder, "existing");
  cpSync(join(dataFolder, "secrets"), existing, { recursive: true });
  await expect(backup(existing)).rejects.toMatchObject({ code: "conflict" });
  await expect(backup(join(dataFolder, "copy"))).rejects.toMatchObject({ code: "invalid_input" });
});
