import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { renderPicture } from "@/lib/storage/picture-rendition";
import { storeBlob } from "@/lib/storage/store-blob";
import { withTestDatabase } from "@/tests/database";

await withTestDatabase();

async function keep(width: number, height: number): Promise<{ sha256: string; bytes: Buffer }> {
  const bytes = await sharp({ create: { width, height, channels: 3, background: "#a0522d" } })
    .png()
    .toBuffer();
  const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: width, heightPx: height });
  return { sha256, bytes };
}

describe("a picture for the screen", () => {
  it("comes as it was stored when no size is asked for, or when it is small already", async () => {
    const { sha256, bytes } = await keep(64, 64);
    expect(await renderPicture(sha256)).toEqual({ bytes, mediaType: "image/png" });
    expect(await renderPicture(sha256, 256)).toEqual({ bytes, mediaType: "image/png" });
  });

  it("comes with the asked shorter side, whole, when it is larger", async () => {
    const { sha256 } = await keep(1200, 800);
    const { bytes, mediaType } = await renderPicture(sha256, 256);
    expect(mediaType).toBe("image/webp");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 384, height: 256 });
  });

  it("is not there for unknown hashes, for nonsense, and for blobs that are no pictures", async () => {
    const weights = await storeBlob(new Uint8Array([1, 2, 3]), { mediaType: "application/octet-stream" });
    for (const name of ["0".repeat(64), "../../etc/passwd", weights.sha256]) {
      await expect(renderPicture(name)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});
