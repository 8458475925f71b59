import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findRunningPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "@/lib/platform/database/embedded-postgres";

describe("the embedded PostgreSQL", () => {
  // A folder that nobody but its owner may enter, as root's home is: the database must run in it all the same.
  const closed = mkdtempSync(join(tmpdir(), "semblance-"));
  const dataFolder = join(closed, "data");
  let url = "";
  let port = 0;

  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    chmodSync(closed, 0o700);
    ({ url, port } = await startEmbeddedPostgres(dataFolder));
  });
  afterAll(async () => {
    await stopEmbeddedPostgres(dataFolder);
    rmSync(closed, { recursive: true, force: true });
  });

  test("keeps text as UTF-8 and times in UTC, and sorts alike on every machine", async () => {
    expect(await query("SHOW server_encoding")).toEqual([{ server_encoding: "UTF8" }]);
    expect(await query("SHOW timezone")).toEqual([{ TimeZone: "UTC" }]);
    expect(await query("SELECT 'é' > 'z' AS by_code_point")).toEqual([{ by_code_point: true }]);
  });

  test("requires the password", async () => {
    const client = new pg.Client({ connectionString: url.replace(/:[^:@]+@/, ":wrong@") });
    await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  });

  test("stores its password readable only by its owner", () => {
    expect(readFileSync(join(dataFolder, "secrets/postgres-password"), "utf8").length).toBeGreaterThan(40);
  });

  test("is found, not started twice", async () => {
    const second = await startEmbeddedPostgres(dataFolder);
    expect(second).toMatchObject({ alreadyRunning: true, url });
    expect(findRunningPostgres(dataFolder)?.pid).toBe(second.pid);
  });

  test("comes back with its data, on the same port, after it was killed", async () => {
    await query("CREATE TABLE kept (id int)");
    const { pid } = findRunningPostgres(dataFolder)!;
    process.kill(pid, "SIGKILL");
    while (findRunningPostgres(dataFolder)) await new Promise((resolve) => setTimeout(resolve, 20));
    const again = await startEmbeddedPostgres(dataFolder, { port });
    expect(again).toMatchObject({ alreadyRunning: false, port });
    expect(again.pid).not.toBe(pid);
    expect(await query("SELECT count(*) FROM kept")).toEqual([{ count: "0" }]);
  });

  test("starts even if a lock file names another process's id", async () => {
    await stopEmbeddedPostgres(dataFolder);
    const lock = join(dataFolder, "postgres/postmaster.pid");
    expect(existsSync(lock)).toBe(false);
    const lines = [process.pid, join(dataFolder, "postgres"), 0, port, "", "127.0.0.1", "0 0", "ready"];
    writeFileSync(lock, `${lines.join("\n")}\n`);
    expect(findRunningPostgres(dataFolder)).toBeNull();
    ({ url } = await startEmbeddedPostgres(dataFolder));
    expect(await query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("says what is wrong if it cannot start", async () => {
    await stopEmbeddedPostgres(dataFolder);
    const version = join(dataFolder, "postgres/PG_VERSION");
    const own = readFileSync(version, "utf8");
    writeFileSync(version, "12\n");
    try {
      await expect(startEmbeddedPostgres(dataFolder)).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("FATAL"),
        remedy: expect.stringContaining("postgres.log"),
      });
    } finally {
      writeFileSync(version, own);
    }
  });
});
