import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { createSchemaEngine } from "@/scripts/schema-engine.mjs";
import { withTestDatabase } from "@/tests/database";

const { url, dataFolder } = await withTestDatabase();
const client = new pg.Client({ connectionString: url });
await client.connect();
afterAll(() => client.end());

/** The committed migrations with one more, in a folder of this test. */
function copyMigrations(name: string, extra: Record<string, string>): string {
  const folder = join(dataFolder, name);
  cpSync("prisma/migrations", folder, { recursive: true });
  for (const [migration, sql] of Object.entries(extra)) {
    mkdirSync(join(folder, migration), { recursive: true });
    writeFileSync(join(folder, migration, "migration.sql"), sql);
  }
  return folder;
}

describe("committed migrations", () => {
  test("create exactly the tables in schema.prisma", async () => {
    const path = `${process.cwd()}/prisma/schema.prisma`;
    const content = readFileSync(path, "utf8");
    const engine = await createSchemaEngine({ datamodels: [[path, content]], url });
    const { stdout } = await engine.diff({
      from: { tag: "schemaDatasource", files: [{ path, content }], configDir: process.cwd() },
      to: { tag: "schemaDatamodel", files: [{ path, content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    expect(stdout).toBe("-- This is an empty migration.\n");
  });

  test("keep a record that Prisma accepts as its own", async () => {
    const engine = await createSchemaEngine({ url });
    const { rows } = await client.query("SELECT migration_name FROM _prisma_migrations ORDER BY 1");
    const folder = "prisma/migrations";
    const diagnosis = await engine.diagnoseMigrationHistory({
      migrationsList: {
        baseDir: folder,
        lockfile: {
          path: "migration_lock.toml",
          content: readFileSync(`${folder}/migration_lock.toml`, "utf8"),
        },
        migrationDirectories: rows.map(({ migration_name: name }) => ({
          path: name,
          migrationFile: {
            path: "migration.sql",
            content: { tag: "ok", value: readFileSync(`${folder}/${name}/migration.sql`, "utf8") },
          },
        })),
        shadowDbInitScript: "",
      },
      optInToShadowDatabase: false,
      filters: { externalTables: [], externalEnums: [] },
    });
    expect(diagnosis).toMatchObject({ history: null, failedMigrationNames: [], editedMigrationNames: [] });
  });

  test("are applied once", async () => {
    expect(await applyMigrations(url, "prisma/migrations")).toEqual([]);
  });

  test("reject rows that the schema language cannot exclude", async () => {
    const insert = client.query(
      `INSERT INTO "Blob" ("sha256", "sizeBytes", "mediaType") VALUES ('A', 1, 'x')`,
    );
    await expect(insert).rejects.toThrow(/Blob_sha256_check/);
  });

  test("prevent changes of the audit log", async () => {
    await client.query(
      `INSERT INTO "AuditEntry" (actor, action, detail, "previousHash", hash) VALUES ('a', 'b', '{}', '', 'h')`,
    );
    await expect(client.query(`UPDATE "AuditEntry" SET actor = 'c'`)).rejects.toThrow(/append-only/);
    await expect(client.query(`DELETE FROM "AuditEntry"`)).rejects.toThrow(/append-only/);
  });
});

describe("applyMigrations", () => {
  test("leaves the database as it was when a migration fails", async () => {
    const folder = copyMigrations("failing", {
      "20990101000000_half": "CREATE TABLE half (id int); SELECT 1 / 0;",
    });
    await expect(applyMigrations(url, folder)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("20990101000000_half"),
    });
    const { rows } = await client.query("SELECT to_regclass('half') AS half");
    expect(rows[0].half).toBeNull();
  });

  test("names a migration that was edited after it had been applied", async () => {
    const folder = copyMigrations("edited", {
      "20990101000001_extra": "CREATE TABLE extra (id int);",
    });
    await applyMigrations(url, folder);
    writeFileSync(join(folder, "20990101000001_extra/migration.sql"), "CREATE TABLE extra (id bigint);");
    await expect(applyMigrations(url, folder)).rejects.toThrow(
      "The migration 20990101000001_extra was changed after this database was created.",
    );
  });

  test("recognises the database of a newer version", async () => {
    await expect(applyMigrations(url, "prisma/migrations")).rejects.toMatchObject({
      code: "conflict",
      remedy: expect.stringContaining("Update"),
    });
  });

  test("says so when there is no database at the address", async () => {
    await expect(
      applyMigrations("postgresql://nobody@127.0.0.1:1/none", "prisma/migrations"),
    ).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});
