import { beforeEach, describe, expect, it } from "vitest";
import { returnAttempt, takeAttempt, takeTurn } from "@/lib/platform/accounts/rate-limit";
import { createDatabase } from "@/lib/platform/database/db";
import { withTestDatabase } from "@/tests/database";

const { db, url } = await withTestDatabase();

const limit = { attempts: 10, windowMs: 15 * 60_000 };

beforeEach(async () => {
  await db.rateLimit.deleteMany();
});

/** As if `ms` had gone by. */
async function pass(ms: number): Promise<void> {
  await db.$executeRaw`UPDATE "RateLimit" SET "freeAt" = "freeAt" - ${ms} * interval '1 ms'`;
}

describe("takeAttempt", () => {
  it("allows exactly the permitted number of sixty parallel tries", async () => {
    const waits = await Promise.all(Array.from({ length: 60 }, () => takeAttempt("ada", limit)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
  });

  it("restores one try after another, and all within the window", async () => {
    for (let index = 0; index < 10; index++) expect(await takeAttempt("ada", limit)).toBe(0);
    const wait = await takeAttempt("ada", limit);
    expect(wait).toBeGreaterThan(80_000);
    expect(wait).toBeLessThanOrEqual(90_000);
    await pass(90_000);
    expect(await takeAttempt("ada", limit)).toBe(0);
    expect(await takeAttempt("ada", limit)).toBeGreaterThan(0);
    await pass(limit.windowMs);
    for (let index = 0; index < 10; index++) expect(await takeAttempt("ada", limit)).toBe(0);
    expect(await takeAttempt("ada", limit)).toBeGreaterThan(0);
  });

  it("counts each key separately, and does not count returned tries", async () => {
    for (let index = 0; index < 30; index++) {
      expect(await takeAttempt("ada", limit)).toBe(0);
      await returnAttempt("ada", limit);
    }
    for (let index = 0; index < 10; index++) await takeAttempt("grace", limit);
    expect(await takeAttempt("grace", limit)).toBeGreaterThan(0);
    expect(await takeAttempt("ada", limit)).toBe(0);
  });

  it("deletes the rows of keys with all tries restored", async () => {
    for (let index = 0; index < 30; index++) await takeAttempt(`made up ${index}`, limit);
    await pass(limit.windowMs);
    for (let index = 0; index < 4; index++) await takeAttempt("ada", limit);
    expect(await db.rateLimit.count()).toBe(1);
  });

  it("counts the tries that another web server has allowed", async () => {
    const other = createDatabase(url);
    for (let index = 0; index < 10; index++) await takeAttempt("ada", limit);
    const [row] = await other.rateLimit.findMany();
    await other.$disconnect();
    expect(row?.freeAt.getTime()).toBeGreaterThan(Date.now() + limit.windowMs - 60_000);
  });
});

describe("takeTurn", () => {
  it("delays requests beyond the limit one after another, and rejects none", async () => {
    const quick = { attempts: 5, windowMs: 5000 };
    const waits: number[] = [];
    for (let index = 0; index < 20; index++) waits.push(await takeTurn("everybody", quick, 10_000));
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(waits[7]).toBeGreaterThan(1500);
    expect(waits[7]).toBeLessThanOrEqual(3000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
    await pass(20_000);
    expect(await takeTurn("everybody", quick, 10_000)).toBe(0);
  });
});
