/** Migrates a database to this version's schema by applying the committed migrations, like `prisma migrate deploy`. */
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { SemblanceError } from "@/lib/errors";

/** The table in which Prisma keeps its record, exactly as Prisma makes it. */
const createRecord = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/** The key of Prisma's own advisory lock, so that Prisma and this runner never migrate at the same time. */
const advisoryLockKey = 72707369;

type Migration = { name: string; sql: string; checksum: string };

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Applies what is missing, each migration in one transaction, and returns the names of those applied.
 *
 * @throws SemblanceError `conflict` where the database was made by a newer version or by an edited migration, and
 *   `unavailable` where it cannot be reached; the database is then as it was.
 */
export async function applyMigrations(url: string, folder: string): Promise<string[]> {
  const migrations = readMigrations(folder);
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
  } catch (cause) {
    throw new SemblanceError("unavailable", "The database cannot be reached.", {
      remedy:
        "Check that PostgreSQL is running and that DATABASE_URL has the right host, port, user and password.",
      cause,
    });
  }
  try {
    await client.query("SELECT pg_advisory_lock($1)", [advisoryLockKey]);
    await client.query(createRecord);
    const { rows } = await client.query<{
      migration_name: string;
      checksum: string;
      finished_at: Date | null;
    }>("SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL");
    const applied = new Map(rows.map((row) => [row.migration_name, row]));
    checkHistory(migrations, applied);
    const missing = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of missing) await applyMigration(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

function checkHistory(
  migrations: Migration[],
  applied: ReadonlyMap<string, { checksum: string; finished_at: Date | null }>,
): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, row] of applied) {
    if (row.finished_at === null) {
      throw new SemblanceError(
        "conflict",
        `The migration ${name} was started in this database and never finished.`,
        {
          remedy: "Restore a backup, or fix it with `npx prisma migrate resolve`.",
        },
      );
    }
    const migration = known.get(name);
    if (!migration) {
      throw new SemblanceError(
        "conflict",
        `This database belongs to a newer Semblance: it has the migration ${name}.`,
        {
          remedy: "Update this copy of Semblance (git pull), or use another data folder or DATABASE_URL.",
        },
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new SemblanceError(
        "conflict",
        `The migration ${name} was changed after this database was created.`,
        {
          remedy: `Restore the committed version of prisma/migrations/${name} (git checkout).`,
        },
      );
    }
  }
}

async function applyMigration(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK");
    throw new SemblanceError("conflict", `The migration ${name} failed; the database is unchanged.`, {
      remedy: "Report this with the log, and return to your previous version of Semblance.",
      cause,
    });
  }
}
