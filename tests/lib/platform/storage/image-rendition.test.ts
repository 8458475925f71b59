import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { renderImage } from "@/lib/platform/storage/image-rendition";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";

await withTestDatabase();

async function keep(width: number, height: number): Promise<{ sha256: string; bytes: Buffer }> {
  const bytes = await sharp({ create: { width, height, channels: 3, background: "#a0522d" } })
    .png()
    .toBuffer();
  const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: width, heightPx: height });
  return { sha256, bytes };
}

describe("an image for the screen", () => {
  it("comes as it was stored when no size is asked for, or when it is small already", async () => {
    const { sha256, bytes } = await keep(64, 64);
    expect(await renderImage(sha256)).toEqual({ bytes, mediaType: "image/png" });
    expect(await renderImage(sha256, 256)).toEqual({ bytes, mediaType: "image/png" });
  });

  it("comes with the asked shorter side, whole, when it is larger", async () => {
    const { sha256 } = await keep(1200, 800);
    const { bytes, mediaType } = await renderImage(sha256, 256);
    expect(mediaType).toBe("image/webp");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 384, height: 256 });
  });

  it("comes on white where it is transparent, small or large", async () => {
    for (const [width, height] of [
      [64, 64],
      [600, 400],
    ] as const) {
      const bytes = await sharp({ create: { width, height, channels: 4, background: "#00000000" } })
        .png()
        .toBuffer();
      const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: width, heightPx: height });
      for (const sidePx of [undefined, 128] as const) {
        const shown = sharp((await renderImage(sha256, sidePx)).bytes);
        expect((await shown.metadata()).hasAlpha).toBe(false);
        expect((await shown.stats()).channels.every(({ min }) => min === 255)).toBe(true);
      }
    }
  });

  it("comes upright and at rest, as everything else sees it", async () => {
    const rows = Buffer.alloc(80 * 200 * 3, 255).fill(0, 80 * 100 * 3);
    const moving = await sharp(rows, {
      raw: { width: 80, height: 200, channels: 3, pageHeight: 100 } as never,
    })
      .webp({ lossless: true, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(2);
    const turned = await sharp({ create: { width: 100, height: 80, channels: 3, background: "#fff" } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    for (const [bytes, mediaType] of [
      [moving, "image/webp"],
      [turned, "image/png"],
    ] as const) {
      const { sha256 } = await storeBlob(bytes, { mediaType, widthPx: 80, heightPx: 100 });
      const shown = sharp((await renderImage(sha256)).bytes);
      const { format, width, height, pages, orientation } = await shown.metadata();
      expect({ format, width, height, pages: pages ?? 1, orientation: orientation ?? 1 }).toEqual({
        format: "png",
        width: 80,
        height: 100,
        pages: 1,
        orientation: 1,
      });
      expect((await shown.stats()).channels.every(({ min }) => min === 255)).toBe(true);
    }
  });

  it("comes of a file that decoders only warn of", async () => {
    const jpeg = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#a0522d" } })
      .jpeg()
      .toBuffer();
    const table = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
    const flawed = Buffer.concat([jpeg.subarray(0, table), Buffer.from([1, 2, 3, 4]), jpeg.subarray(table)]);
    const { sha256 } = await storeBlob(flawed, { mediaType: "image/jpeg", widthPx: 300, heightPx: 300 });
    expect((await sharp((await renderImage(sha256, 128)).bytes).metadata()).width).toBe(128);
  });

  it("is not there for unknown hashes, for nonsense, and for blobs that are no images", async () => {
    const weights = await storeBlob(new Uint8Array([1, 2, 3]), { mediaType: "application/octet-stream" });
    for (const name of ["0".repeat(64), "../../etc/passwd", weights.sha256]) {
      await expect(renderImage(name)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});
