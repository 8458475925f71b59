import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { receiveUpload, uploadLimitsBytes } from "@/lib/platform/storage/receive-upload";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";

const { db, dataFolder } = await withTestDatabase();

function streamOf(
  chunks: Uint8Array[],
  end: (controller: ReadableStreamDefaultController) => void = (c) => c.close(),
) {
  let next = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[next++];
      if (chunk) controller.enqueue(chunk);
      else end(controller);
    },
  });
}

function drafts(): string[] {
  const folder = join(dataFolder, "blobs", "drafts");
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe("an upload", () => {
  it("is stored under its hash, without a row that would let a page show it", async () => {
    const bytes = new TextEncoder().encode("an image, say");
    const stored = await receiveUpload(
      streamOf([bytes.slice(0, 5), bytes.slice(5)]),
      "dataset",
      bytes.length,
    );
    expect(stored.sizeBytes).toBe(bytes.length);
    expect(await blobStore().has(stored.sha256)).toBe(true);
    expect(await db.blob.count()).toBe(0);
  });

  it("is rejected if its announced or actual size is larger than its purpose allows", async () => {
    await expect(receiveUpload(streamOf([]), "dataset", uploadLimitsBytes.dataset + 1)).rejects.toMatchObject(
      {
        code: "too_large",
      },
    );
    const tenMegabytes = new Uint8Array(10e6);
    await expect(
      receiveUpload(streamOf(Array(11).fill(tenMegabytes)), "dataset", null),
    ).rejects.toMatchObject({ code: "too_large" });
    expect(drafts()).toEqual([]);
  });

  it("leaves nothing behind when it is cut short or broken off", async () => {
    await expect(receiveUpload(streamOf([new Uint8Array(10)]), "dataset", 20)).rejects.toMatchObject({
      code: "invalid_file",
    });
    const broken = streamOf([new Uint8Array(10)], (controller) =>
      controller.error(new Error("connection reset")),
    );
    await expect(receiveUpload(broken, "dataset", 20)).rejects.toMatchObject({ code: "invalid_file" });
    expect(drafts()).toEqual([]);
  });

  it("is rejected when it is empty", async () => {
    await expect(receiveUpload(null, "dataset", 0)).rejects.toMatchObject({ code: "invalid_file" });
    await expect(receiveUpload(streamOf([]), "dataset", null)).rejects.toMatchObject({
      code: "invalid_file",
    });
  });
});
