import { describe, expect, test, vi } from "vitest";
import { inPreparedTransaction, queryPrepared } from "@/lib/platform/database/prepared-transaction";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

describe("prepared statements", () => {
  test("of two copies of the module, as two bundles hold, share a connection", async () => {
    vi.resetModules();
    const copy = await import("@/lib/platform/database/prepared-transaction");
    expect(copy.queryPrepared).not.toBe(queryPrepared);
    expect(await queryPrepared`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    expect(await copy.queryPrepared`SELECT 2 AS two`).toEqual([{ two: 2 }]);
    expect(await copy.queryPrepared`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });

  test("receive their values as parameters", async () => {
    const hostile = '\'; DROP TABLE "Setting"; --';
    expect(await queryPrepared`SELECT ${hostile}::text AS text`).toEqual([{ text: hostile }]);
  });
});

describe("a statement planned while its table is small", () => {
  test("looks rows up by their index, as it must once the table has grown", async () => {
    await db.$executeRaw`CREATE TABLE looked_up AS SELECT id FROM generate_series(1, 20) AS id`;
    await db.$executeRaw`CREATE UNIQUE INDEX ON looked_up (id)`;
    await db.$executeRaw`ANALYZE looked_up`;
    const plan = (rows: object[]) => rows.map((row) => Object.values(row)[0]).join("\n");
    const usual = await db.$queryRaw<object[]>`EXPLAIN SELECT FROM looked_up WHERE id = 7`;
    expect(plan(usual)).toContain("Seq Scan");
    const ours = await queryPrepared`EXPLAIN SELECT FROM looked_up WHERE id = ${7}::int`;
    expect(plan(ours)).toContain("Index");
  });
});

describe("a prepared transaction", () => {
  const write = (key: string, fails: boolean) =>
    inPreparedTransaction(async (transaction) => {
      await transaction.$executeRaw`CREATE TABLE IF NOT EXISTS kept (key text PRIMARY KEY)`;
      await transaction.$executeRaw`INSERT INTO kept VALUES (${key})`;
      if (fails) throw new Error("changed my mind");
      return key;
    });

  test("commits everything or nothing, and the connection is usable afterwards", async () => {
    expect(await write("first", false)).toBe("first");
    await expect(write("second", true)).rejects.toThrow("changed my mind");
    await expect(write("first", false)).rejects.toThrow(/duplicate key/);
    expect(await write("third", false)).toBe("third");
    expect(await db.$queryRaw`SELECT key FROM kept ORDER BY key`).toEqual([
      { key: "first" },
      { key: "third" },
    ]);
  });

  test("that meets another one in a deadlock is run again, also where a later statement is awaited first", async () => {
    await db.$executeRaw`CREATE TABLE counted (id int PRIMARY KEY, times int NOT NULL DEFAULT 0)`;
    await db.$executeRaw`INSERT INTO counted (id) VALUES (1), (2)`;
    let waiting = 2;
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    let runs = 0;
    const count = (first: number, second: number) =>
      inPreparedTransaction(async (transaction) => {
        runs++;
        const add = (id: number) =>
          transaction.$executeRaw`UPDATE counted SET times = times + 1 WHERE id = ${id}::int`;
        await add(first);
        if (--waiting === 0) meet();
        await met;
        const added = add(second);
        added.catch(() => {});
        await transaction.$queryRaw`SELECT 1`;
        await added;
      });
    await Promise.all([count(1, 2), count(2, 1)]);
    expect(runs).toBe(3);
    expect(await db.$queryRaw`SELECT times FROM counted`).toEqual([{ times: 2 }, { times: 2 }]);
  });
});
