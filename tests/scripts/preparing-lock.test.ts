import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { takePreparingLock } from "@/scripts/preparing-lock.mjs";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("the second of two simultaneous starts waits, and says so once", async () => {
  const root = newFolder();
  const giveUp = await takePreparingLock(root, () => {});
  let waits = 0;
  let taken = false;
  const second = takePreparingLock(root, () => waits++).then((end) => {
    taken = true;
    return end;
  });
  await new Promise((settle) => setTimeout(settle, 700));
  expect({ waits, taken }).toEqual({ waits: 1, taken: false });
  giveUp();
  (await second)();
  expect(existsSync(join(root, ".preparing"))).toBe(false);
});

test("the lock of a start that was killed is taken over", async () => {
  const root = newFolder();
  const path = join(root, ".preparing");
  writeFileSync(path, "");
  const aMinuteAgo = new Date(Date.now() - 60_000);
  utimesSync(path, aMinuteAgo, aMinuteAgo);
  const giveUp = await takePreparingLock(root, () => {
    throw new Error("must not wait");
  });
  giveUp();
});
