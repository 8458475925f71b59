import { describe, expect, test, vi } from "vitest";
import { inPreparedTransaction, queryPrepared } from "@/lib/database/prepared-transaction";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

describe("prepared statements", () => {
  test("of two copies of the module, as two bundles hold, share a connection", async () => {
    vi.resetModules();
    const copy = await import("@/lib/database/prepared-transaction");
    expect(copy.queryPrepared).not.toBe(queryPrepared);
    expect(await queryPrepared`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    expect(await copy.queryPrepared`SELECT 2 AS two`).toEqual([{ two: 2 }]);
    expect(await copy.queryPrepared`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });

  test("take their values as parameters", async () => {
    const hostile = '\'; DROP TABLE "Setting"; --';
    expect(await queryPrepared`SELECT ${hostile}::text AS text`).toEqual([{ text: hostile }]);
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

  test("keeps everything or nothing, and the connection is good afterwards", async () => {
    expect(await write("first", false)).toBe("first");
    await expect(write("second", true)).rejects.toThrow("changed my mind");
    await expect(write("first", false)).rejects.toThrow(/duplicate key/);
    expect(await write("third", false)).toBe("third");
    expect(await db.$queryRaw`SELECT key FROM kept ORDER BY key`).toEqual([
      { key: "first" },
      { key: "third" },
    ]);
  });
});
