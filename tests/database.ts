/**
 * A real PostgreSQL for tests: one server per test run, one migrated database per test file.
 *
 *     const { db, url, dataFolder } = await withTestDatabase();   // at the top of the test file
 *
 * From then on `db` of "@/lib/platform/database/db", and everything that reads the environment, works on that database and folder.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll } from "vitest";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { embeddedName } from "@/lib/platform/database/database-url";
import { type Database, db } from "@/lib/platform/database/db";
import { findRunningPostgres, startEmbeddedPostgres } from "@/lib/platform/database/embedded-postgres";
import { stopQueue } from "@/lib/platform/jobs/queue";

const template = "migrated";

export type TestDatabase = { db: Database; url: string; dataFolder: string };

/** Prisma does this where a statement in a transaction includes three relations or more: look for them one by one. */
function refuseConcurrentStatements({ message }: Error): void {
  if (message.startsWith("Calling client.query() when")) {
    throw new Error("Statements ran on one connection at the same time, which its driver will refuse.");
  }
}

/** Makes a database for the calling test file and points this process at it; it is dropped after the file's tests. */
export async function withTestDatabase(): Promise<TestDatabase> {
  const folder = process.env.SEMBLANCE_TEST_FOLDER;
  if (!folder) throw new Error("tests/database-setup.ts must run first: it is vitest's globalSetup");
  const serverUrl = await startOnce(folder);
  const name = `test_${randomBytes(6).toString("hex")}`;
  await query(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = toDatabaseUrl(serverUrl, name);
  const dataFolder = join(folder, name);
  // With the folder from which the dashboard imports.
  mkdirSync(join(dataFolder, "imports"), { recursive: true });
  process.on("warning", refuseConcurrentStatements);
  process.env.DATABASE_URL = url;
  process.env.SEMBLANCE_DATA = dataFolder;
  afterAll(async () => {
    process.off("warning", refuseConcurrentStatements);
    await stopQueue();
    await db.$disconnect();
    await query(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    rmSync(dataFolder, { recursive: true, force: true });
  });
  return { db, url, dataFolder };
}

/** The first caller of all test processes starts the server; the others wait for it. */
async function startOnce(folder: string): Promise<string> {
  const ready = join(folder, "ready");
  if (!existsSync(ready)) {
    try {
      mkdirSync(join(folder, "starting"));
      const { url } = await startEmbeddedPostgres(folder, { fast: true });
      await query(url, `CREATE DATABASE ${template}`);
      await applyMigrations(toDatabaseUrl(url, template), "prisma/migrations");
      writeFileSync(ready, "");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return findRunningPostgres(folder)!.url;
}

function toDatabaseUrl(serverUrl: string, name: string): string {
  return serverUrl.replace(new RegExp(`/${embeddedName}$`), `/${name}`);
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
