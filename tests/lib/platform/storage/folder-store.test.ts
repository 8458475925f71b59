import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { FolderStore } from "@/lib/platform/storage/folder-store";
import { describeBlobStore } from "./blob-store-contract";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describeBlobStore("FolderStore", async () => {
  const store = new FolderStore(await makeFolder());
  return {
    store,
    tamper: async (sha256) => {
      const file = await open((await store.toLocalFile(sha256)).path, "r+");
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 500);
      await file.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, 500);
      await file.close();
    },
  };
});

test("FolderStore leaves no drafts behind, neither of stored blobs nor of failed ones", async () => {
  const folder = await makeFolder();
  const store = new FolderStore(folder);
  await store.put(Buffer.from("kept"));
  const broken = new Readable({ read: () => broken.destroy(new Error("gone")) });
  await expect(store.put(broken)).rejects.toThrow("gone");
  expect(await readdir(join(folder, "drafts"))).toEqual([]);
});
