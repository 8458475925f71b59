import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  type ComputingPool,
  createComputingPool,
  type PoolOptions,
  usualPoolOptions,
} from "@/lib/platform/computing/computing-pool";
import { scratchPrefix, type Task } from "@/lib/platform/computing/computing-process";

const pools: ComputingPool[] = [];

function makePool(options: Partial<PoolOptions> = {}): ComputingPool {
  const pool = createComputingPool({
    ...usualPoolOptions,
    processes: 2,
    entry: new URL("./fixture-computations.ts", import.meta.url),
    ...options,
  });
  pools.push(pool);
  return pool;
}

afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

let owners = 0;

function task(name: string, input: unknown = {}, more: Partial<Task> = {}): Task {
  return { name, input, owner: `person ${++owners}`, limitMs: 30_000, isLong: false, ...more };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Notices that a computation has told of half its way, as those that spin do when they begin. */
function noticeBeginning() {
  const seen = { hasBegun: false };
  const onProgress = (share: number | null) => {
    if (share === 0.5) seen.hasBegun = true;
  };
  return { seen, onProgress };
}

describe("a pool of computing processes", () => {
  it("computes in another process, which stays for the next task", async () => {
    const pool = makePool();
    const { result } = await pool.run(task("double", { value: 21 }));
    expect(result).toMatchObject({ value: 42, at: new Date(0) });
    const again = await pool.run(task("double", { value: 1 }));
    expect(again.result).toMatchObject({ process: (result as { process: number }).process });
    expect((result as { process: number }).process).not.toBe(process.pid);
  });

  it("passes on what the computation threw", async () => {
    await expect(makePool().run(task("refuse"))).rejects.toMatchObject({
      code: "conflict",
      message: "It is taken.",
      remedy: "Take another.",
    });
  });

  it("leaves this process free while a computation blocks its own", async () => {
    const pool = makePool();
    await pool.run(task("double", { value: 1 }));
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const shares: (number | null)[] = [];
    await pool.run(task("spin", { ms: 1000 }, { onProgress: (share) => shares.push(share) }));
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(30);
    expect(shares).toEqual([null, 0, 0.5]);
  });

  it("ends a computation that nobody waits for, whether it runs or waits", async () => {
    const pool = makePool({ processes: 1, graceMs: 100 });
    const leaving = new AbortController();
    const { seen, onProgress } = noticeBeginning();
    const running = pool.run(task("spin", { ms: 1e9 }, { signal: leaving.signal, onProgress }));
    const waiting = pool.run(task("spin", { ms: 1e9 }, { signal: leaving.signal }));
    expect(pool.state()).toEqual({ waiting: 1, running: 1, processes: 1 });
    await until(() => seen.hasBegun);
    leaving.abort();
    const outcomes = await Promise.allSettled([running, waiting]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "cancelled" } });
    await until(() => pool.state().running === 0);
    expect(pool.state()).toEqual({ waiting: 0, running: 0, processes: 0 });
    await expect(pool.run(task("double", {}, { signal: leaving.signal }))).rejects.toMatchObject({
      code: "cancelled",
    });
    // Another process takes its place.
    expect((await pool.run(task("double", { value: 2 }))).result).toMatchObject({ value: 4 });
  });

  it("lets a short computation that nobody waits for end by itself, and keeps its process", async () => {
    const pool = makePool({ processes: 1, graceMs: 20_000 });
    const before = await pool.run(task("double", { value: 1 }));
    await before.dispose();
    const countFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(scratchPrefix)).length;
    const folderCount = countFolders();
    const leaving = new AbortController();
    const { seen, onProgress } = noticeBeginning();
    const left = pool.run(task("spinAndWrite", { ms: 500 }, { signal: leaving.signal, onProgress }));
    await until(() => seen.hasBegun);
    expect(countFolders()).toBe(folderCount + 1);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: "cancelled" });
    expect(pool.state()).toMatchObject({ running: 1, processes: 1 });
    const after = await pool.run(task("double", { value: 2 }));
    expect(after.result).toMatchObject({ process: (before.result as { process: number }).process });
    await after.dispose();
    await until(() => countFolders() === folderCount);
  });

  it("stops a long computation that nobody waits for at its next step, and keeps its process", async () => {
    const pool = makePool({ processes: 1, graceMs: 20_000 });
    for (let left = 0; left < 3; left++) {
      const leaving = new AbortController();
      const { seen, onProgress } = noticeBeginning();
      const run = pool.run(task("step", {}, { isLong: true, signal: leaving.signal, onProgress }));
      await until(() => seen.hasBegun);
      leaving.abort();
      await expect(run).rejects.toMatchObject({ code: "cancelled" });
      expect(pool.state().processes).toBe(1);
      await until(() => pool.state().running === 0);
    }
    expect(pool.state()).toEqual({ waiting: 0, running: 0, processes: 1 });
    expect((await pool.run(task("double", { value: 2 }))).result).toMatchObject({ value: 4 });
  });

  it("skips what has not begun when nobody waits for it, and keeps the process that is starting", async () => {
    const pool = makePool({ processes: 1, graceMs: 100 });
    for (let left = 0; left < 3; left++) {
      const leaving = new AbortController();
      const given = { isLong: left > 0, signal: leaving.signal };
      const run = pool.run(task("spin", { ms: 1e9 }, given));
      // Before and after the process has been told of the task.
      if (left === 1) await new Promise((resolve) => setTimeout(resolve, 20));
      leaving.abort();
      await expect(run).rejects.toMatchObject({ code: "cancelled" });
      expect(pool.state().processes).toBe(1);
      await until(() => pool.state().running === 0);
    }
    const { result } = await pool.run(task("double", { value: 21 }));
    expect(result).toMatchObject({ value: 42 });
    expect(pool.state()).toMatchObject({ running: 0, processes: 1 });
  });

  it("stops computations that take too long, and says what to do", async () => {
    const pool = makePool();
    await expect(pool.run(task("spin", { ms: 1e9 }, { limitMs: 1000 }))).rejects.toMatchObject({
      code: "too_large",
      message: expect.stringContaining("more than 1 s"),
      remedy: expect.stringContaining("command line"),
    });
    expect(pool.state()).toMatchObject({ running: 0, processes: 0 });
  });

  it("refuses tasks that do not start in time", async () => {
    const pool = makePool({ processes: 1, longestWaitMs: 100 });
    const first = pool.run(task("spin", { ms: 1500 }));
    await expect(pool.run(task("double", { value: 1 }))).rejects.toMatchObject({
      code: "unavailable",
      details: { retryAfterSeconds: expect.any(Number) },
    });
    await first;
  });

  it("limits the queue, per person and in total", async () => {
    const pool = makePool({ processes: 1, mostWaiting: 3, mostPerOwner: 2 });
    const leaving = new AbortController();
    const held = ["ada", "ada", "ben", "cid"].map((owner) =>
      pool.run(task("spin", { ms: 1e9 }, { owner, signal: leaving.signal })),
    );
    await expect(pool.run(task("double", {}, { owner: "ada" }))).rejects.toMatchObject({
      code: "too_many_requests",
      details: { retryAfterSeconds: expect.any(Number) },
    });
    await expect(pool.run(task("double", {}, { owner: "dan" }))).rejects.toMatchObject({
      code: "unavailable",
      details: { retryAfterSeconds: expect.any(Number) },
    });
    leaving.abort();
    await Promise.allSettled(held);
  });

  it("serves another person between two tasks of the same one", async () => {
    const pool = makePool({ processes: 2 });
    const ended: string[] = [];
    const spin = (owner: string, name: string) =>
      pool.run(task("spin", { ms: 300 }, { owner })).then(() => ended.push(name));
    await Promise.all([
      spin("ada", "ada 1"),
      spin("ada", "ada 2"),
      spin("ada", "ada 3"),
      spin("ada", "ada 4"),
      spin("ben", "ben 1"),
    ]);
    expect(ended.indexOf("ben 1")).toBeLessThan(ended.indexOf("ada 4"));
  });

  it("keeps a process free of long tasks", async () => {
    const pool = makePool({ processes: 2 });
    const leaving = new AbortController();
    const long = [1, 2].map(() =>
      pool.run(task("spin", { ms: 1e9 }, { isLong: true, signal: leaving.signal })),
    );
    expect(pool.state()).toMatchObject({ running: 1, waiting: 1 });
    expect((await pool.run(task("double", { value: 3 }))).result).toMatchObject({ value: 6 });
    leaving.abort();
    await Promise.allSettled(long);
  });

  it("survives a process that crashes or runs out of memory", async () => {
    const pool = makePool({ heapMegabytes: 64 });
    await expect(pool.run(task("crash"))).rejects.toMatchObject({ code: "internal" });
    await expect(pool.run(task("swell"))).rejects.toMatchObject({
      code: "too_large",
      message: "The computation needed more than 64 MB of memory and was stopped.",
    });
    await expect(pool.run(task("swellOutside"))).rejects.toMatchObject({ code: "too_large" });
    expect((await pool.run(task("double", { value: 2 }))).result).toMatchObject({ value: 4 });
  });

  it("keeps a result's files until they are disposed of, and none of a failed task", async () => {
    const pool = makePool();
    const { folder, result, dispose } = await pool.run(task("write", { text: "words" }));
    expect(readFileSync(join(folder, (result as { name: string }).name), "utf8")).toBe("words");
    await dispose();
    expect(existsSync(folder)).toBe(false);
  });

  it("tells of a file's first bytes at once, and of its last before a pause", async () => {
    const told: number[] = [];
    const onWritten = (_path: string, bytes: number) => told.push(bytes);
    await (await makePool().run(task("writeAndPause", { ms: 1500 }, { onWritten }))).dispose();
    expect(told).toEqual([5, 11]);
  });

  it("ends all idle processes but one", async () => {
    const pool = makePool({ idleMs: 50 });
    await Promise.all([pool.run(task("spin", { ms: 200 })), pool.run(task("spin", { ms: 200 }))]);
    await until(() => pool.state().processes === 1);
  });

  it("cancels running tasks when it is closed", async () => {
    const pool = makePool();
    const running = pool.run(task("spin", { ms: 1e9 }));
    pool.close();
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    await expect(pool.run(task("double"))).rejects.toMatchObject({ code: "cancelled" });
  });
});
