/** What every blob store must do, whatever its storage. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import type { BlobStore } from "@/lib/platform/storage/blob-store";

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** `create` gives an empty store; `tamper` changes the stored bytes of a blob behind the store's back. */
export function describeBlobStore(
  name: string,
  create: () => Promise<{ store: BlobStore; tamper: (sha256: string) => Promise<void> }>,
): void {
  describe(name, () => {
    test("returns what was stored, under the SHA-256 of its bytes", async () => {
      const { store } = await create();
      const bytes = randomBytes(300_000);
      const blob = await store.put(bytes);
      expect(blob).toEqual({ sha256: sha256Of(bytes), sizeBytes: 300_000 });
      expect(bytes.equals(await buffer(await store.read(blob.sha256)))).toBe(true);
      expect(bytes.equals(await readFile((await store.toLocalFile(blob.sha256)).path))).toBe(true);
    });

    test("stores the empty file", async () => {
      const { store } = await create();
      const { sha256, sizeBytes } = await store.put(new Uint8Array());
      expect([sizeBytes, (await buffer(await store.read(sha256, { verify: true }))).length]).toEqual([0, 0]);
    });

    test("stores streams and files like bytes", async () => {
      const { store } = await create();
      const folder = await mkdtemp(join(tmpdir(), "semblance-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      const bytes = randomBytes(200_000);
      const path = join(folder, "file");
      await writeFile(path, bytes);
      const expected = { sha256: sha256Of(bytes), sizeBytes: bytes.length };
      expect(await store.putFile(path)).toEqual(expected);
      expect(bytes.equals(await readFile(path))).toBe(true);
      await store.delete(expected.sha256);
      expect(await store.putFile(path, { share: true })).toEqual(expected);
      await rm(path);
      expect(bytes.equals(await buffer(await store.read(expected.sha256, { verify: true })))).toBe(true);
      expect(await store.put(Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]))).toEqual(expected);
      expect(bytes.equals(await buffer(await store.read(expected.sha256)))).toBe(true);
    });

    test("stores the same bytes once, even if they are stored concurrently", async () => {
      const { store } = await create();
      const bytes = randomBytes(50_000);
      const blobs = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes)));
      expect(new Set(blobs.map(({ sha256 }) => sha256)).size).toBe(1);
      expect(bytes.equals(await buffer(await store.read(blobs[0]!.sha256, { verify: true })))).toBe(true);
    });

    test("stores nothing of an interrupted stream", async () => {
      const { store } = await create();
      const part = randomBytes(1000);
      const broken = Readable.from(
        (async function* () {
          yield part;
          throw new Error("connection lost");
        })(),
      );
      await expect(store.put(broken)).rejects.toThrow("connection lost");
      expect(await store.has(sha256Of(part))).toBe(false);
    });

    test("says that the disk is full", async () => {
      const { store } = await create();
      const full = Readable.from(
        (async function* () {
          yield randomBytes(1000);
          throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        })(),
      );
      await expect(store.put(full)).rejects.toMatchObject({ code: "disk_full" });
    });

    test("notices changed bytes when asked to", async () => {
      const { store, tamper } = await create();
      const { sha256 } = await store.put(randomBytes(100_000));
      await tamper(sha256);
      const reading = store.read(sha256, { verify: true }).then(buffer);
      await expect(reading).rejects.toMatchObject({
        code: "invalid_file",
        message: expect.stringContaining(sha256),
      });
    });

    test("tells whether it has a blob as it was kept", async () => {
      const { store, tamper } = await create();
      const { sha256 } = await store.put(randomBytes(100_000));
      expect(await store.isWhole(sha256)).toBe(true);
      await tamper(sha256);
      expect([await store.isWhole(sha256), await store.isWhole("0".repeat(64))]).toEqual([false, false]);
    });

    test("names a missing blob", async () => {
      const { store } = await create();
      const absent = "0".repeat(64);
      expect(await store.has(absent)).toBe(false);
      await expect(store.read(absent)).rejects.toMatchObject({ code: "not_found" });
      await expect(store.toLocalFile(absent)).rejects.toMatchObject({ code: "not_found" });
    });

    test("can delete a blob, even twice", async () => {
      const { store } = await create();
      const { sha256 } = await store.put(randomBytes(10));
      await store.delete(sha256);
      await store.delete(sha256);
      expect(await store.has(sha256)).toBe(false);
    });

    test("lists its blobs with the time when each was last stored", async () => {
      const { store } = await create();
      const started = Date.now();
      const kept = await Promise.all(["a", "b"].map((text) => store.put(Buffer.from(text))));
      const listed = [];
      for await (const { sha256, keptAt } of store.list()) {
        listed.push(sha256);
        // File systems round times down to their own resolution.
        expect(keptAt.getTime()).toBeGreaterThan(started - 2000);
      }
      expect(listed.sort()).toEqual(kept.map(({ sha256 }) => sha256).sort());
    });

    test.each(["../../etc/passwd", "", "A".repeat(64), `${"0".repeat(63)}/`])(
      "rejects the name %j",
      async (name) => {
        const { store } = await create();
        await expect(store.read(name)).rejects.toMatchObject({ code: "invalid_input" });
        await expect(store.delete(name)).rejects.toMatchObject({ code: "invalid_input" });
      },
    );
  });
}
