import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { findContinued } from "@/jobs/sweep-unused";
import { dataPaths } from "@/lib/env";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { sweepTemporaryFiles } from "@/lib/platform/storage/sweep-temporary";
import { withTestDatabase } from "@/tests/database";

const { db, dataFolder } = await withTestDatabase();
// The system's folder holds what other tests have left.
process.env.TMPDIR = join(dataFolder, "tmp");
mkdirSync(process.env.TMPDIR);

const hourMs = 3600_000;
const { blobs, features, runs, weights } = dataPaths();

function write(path: string): string {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "half of something");
  return path;
}

test("removes partial files a day after they were last written to, and nothing before", async () => {
  const halves = [join(blobs, "drafts", randomUUID()), join(features, "0123", "ab", "abcd.f32.77.part")].map(
    write,
  );
  const download = write(join(weights, "glide-base", "base.pt.part"));
  const kept = [join(features, "0123", "ab", "abcd.f32"), join(weights, "glide-base", "base.pt")].map(write);
  expect(await sweepTemporaryFiles(findContinued, Date.now() + 23 * hourMs)).toEqual({
    removed: 0,
    bytes: 0,
  });
  expect(await sweepTemporaryFiles(findContinued, Date.now() + 25 * hourMs)).toEqual({
    removed: 2,
    bytes: 34,
  });
  expect(halves.map(existsSync)).toEqual([false, false]);
  expect(existsSync(download)).toBe(true);
  expect((await sweepTemporaryFiles(findContinued, Date.now() + 31 * 24 * hourMs)).removed).toBe(1);
  expect(existsSync(download)).toBe(false);
  expect(kept.map(existsSync)).toEqual([true, true]);
});

test("keeps an upload in progress, removes one whose process was killed, and a complete one is a blob", async () => {
  let go = () => {};
  const waiting = new Promise<void>((resolve) => {
    go = resolve;
  });
  async function* slowly() {
    yield Buffer.from("first");
    await waiting;
    yield Buffer.from("second");
  }
  const upload = blobStore().put(Readable.from(slowly()));
  await expect.poll(() => readdirSync(join(blobs, "drafts"))).toHaveLength(1);
  await sweepTemporaryFiles(findContinued);
  go();
  expect((await upload).sizeBytes).toBe(11);
  expect(readdirSync(join(blobs, "drafts"))).toEqual([]);
});

test("removes working folders that no job needs, and keeps the state of a fine-tune", async () => {
  const dataset = await db.dataset.create({ data: { name: "d", state: "READY" } });
  const fineTune = (name: string, state: "FAILED" | "SUCCEEDED" | "CANCELLED") =>
    db.fineTune.create({ data: { name, part: "BASE", datasetId: dataset.id, settings: {}, state } });
  const [failed, cancelled, done] = [
    await fineTune("a", "FAILED"),
    await fineTune("b", "CANCELLED"),
    await fineTune("c", "SUCCEEDED"),
  ];
  const [drawing, forgotten] = [randomUUID(), randomUUID()];
  await db.job.create({
    data: { id: randomUUID(), kind: "sample", subjectId: drawing, state: "RUNNING", payload: {} },
  });
  for (const id of [failed.id, cancelled.id, done.id, drawing, forgotten])
    write(join(runs, id, "states", "x"));
  write(join(runs, "mine", "notes.txt"));
  expect((await sweepTemporaryFiles(findContinued, Date.now() + 23 * hourMs)).removed).toBe(0);
  expect((await sweepTemporaryFiles(findContinued, Date.now() + 25 * hourMs)).removed).toBe(2);
  expect(readdirSync(runs).sort()).toEqual([failed.id, cancelled.id, drawing, "mine"].sort());
});

test("removes scratch folders of engine processes whose parent is dead", async () => {
  const dead = spawnSync(process.execPath, ["--eval", ""]).pid;
  const left = await mkdtemp(join(tmpdir(), `semblance-task-${dead}-`));
  const used = await mkdtemp(join(tmpdir(), `semblance-features-${process.pid}-`));
  onTestFinished(() => {
    for (const path of [left, used]) rmSync(path, { recursive: true, force: true });
  });
  await sweepTemporaryFiles(findContinued);
  expect(existsSync(left)).toBe(true);
  await sweepTemporaryFiles(findContinued, Date.now() + 25 * hourMs);
  expect([left, used].map(existsSync)).toEqual([false, true]);
});
