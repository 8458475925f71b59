/** Moving a store from a folder into a bucket and back, with a real S3 server. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { withTestDatabase } from "@/tests/database";
import { startS3Server } from "@/tests/s3-server";

const server = await startS3Server(["moving"]);
afterAll(() => server.stop());
process.env.SEMBLANCE_S3_ENDPOINT = server.settings.endpoint!;
process.env.SEMBLANCE_S3_ACCESS_KEY = server.settings.keys!.access;
process.env.SEMBLANCE_S3_SECRET_KEY = server.settings.keys!.secret;

const { dataFolder } = await withTestDatabase();
const { storage } = await import("@/cli/storage");
const { copyStore, removeCopied } = await import("@/lib/platform/storage/move-store");
const { blobStore, openStore, ownStore } = await import("@/lib/platform/storage/open-store");
const { toStorePlace } = await import("@/lib/env");

async function move(options: object): Promise<{ code: number; text: string }> {
  let text = "";
  const write = (chunk: unknown) => {
    text += chunk;
    return true;
  };
  const code = await storage("move", options, { write });
  return { code, text };
}

const blobPath = (sha256: string) => join(dataFolder, "blobs", sha256.slice(0, 2), sha256.slice(2));
async function countBlobs(place: string): Promise<number> {
  let count = 0;
  for await (const _ of openStore(toStorePlace(place)).blobs.list()) count++;
  return count;
}

test("moves to a bucket and back, goes on after an interruption, and deletes only what has been checked", async () => {
  const contents = Array.from({ length: 6 }, () => randomBytes(3000));
  const blobs = [];
  for (const bytes of contents) blobs.push(await blobStore().put(bytes));
  const state = join(dataFolder, "runs", "run", "states", "step-000000001.safetensors");
  mkdirSync(dirname(state), { recursive: true });
  writeFileSync(state, "a state");
  // S3 keeps whole seconds: what was written in the second of its upload is copied once more.
  const earlier = Date.now() / 1000 - 10;
  utimesSync(state, earlier, earlier);
  writeFileSync(join(dataFolder, "runs", "run", "events.jsonl"), "stays");

  // Cut short after two files, and begun again.
  const target = openStore(toStorePlace("s3://moving/a"));
  const stop = new AbortController();
  const cut = copyStore(ownStore(), target, ({ done }) => done === 2 && stop.abort(), stop.signal);
  await expect(cut).rejects.toThrow();
  const there = await countBlobs("s3://moving/a");
  expect(there).toBeGreaterThanOrEqual(2);
  expect(there).toBeLessThan(6);
  const damaged = blobs[0]!.sha256;
  const intact = readFileSync(blobPath(damaged));
  await target.blobs.delete(damaged);
  writeFileSync(blobPath(damaged), "damaged");
  const { code, text } = await move({ to: "s3://moving/a", delete: true });
  expect(code).toBe(1);
  expect(text).toContain(`${damaged}: It is lost or damaged where it is.`);
  expect(text).toContain("1 file could not be copied. Nothing was deleted.");
  expect(readdirSync(dirname(blobPath(blobs[1]!.sha256)))).toHaveLength(1);

  // Lost at the new place between copying and deleting.
  writeFileSync(blobPath(damaged), intact);
  expect((await move({ to: "s3://moving/a" })).code).toBe(0);
  await target.blobs.delete(blobs[3]!.sha256);
  await expect(removeCopied(ownStore(), target, () => {})).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("Nothing was deleted"),
  });
  expect(await countBlobs(dataFolder)).toBe(6);

  const moved = await move({ to: "s3://moving/a", delete: true });
  expect(moved).toMatchObject({ code: 0 });
  expect(moved.text).toContain("7 files there and checked, 6 of them from before.");
  expect(moved.text).toContain("7 files deleted");
  expect([await countBlobs(dataFolder), await countBlobs("s3://moving/a")]).toEqual([0, 6]);
  expect(readdirSync(join(dataFolder, "runs", "run"))).toContain("events.jsonl");

  // And back.
  const back = await copyStore(target, ownStore(), () => {});
  expect(back).toEqual({ files: 7, found: 0, failed: [] });
  expect(readFileSync(state, "utf8")).toBe("a state");
  for (const [index, { sha256 }] of blobs.entries()) {
    expect(readFileSync(blobPath(sha256)).equals(contents[index]!)).toBe(true);
  }
});

test("says what is wrong with the command and with the place", async () => {
  await expect(move({})).rejects.toMatchObject({ code: "invalid_input" });
  await expect(move({ to: "ftp://x" })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(move({ to: dataFolder })).rejects.toMatchObject({ code: "conflict" });
  await expect(move({ to: "s3://not-there" })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("There is no bucket “not-there”"),
  });
  await expect(storage("copy", {})).rejects.toMatchObject({ code: "invalid_input" });
});
