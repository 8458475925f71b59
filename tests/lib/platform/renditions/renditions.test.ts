import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type RenditionKind, type ScreenSidePx, screenKinds } from "@/lib/images/rendition-kind";
import { readRendition, wantRenditions } from "@/lib/platform/renditions/find-rendition";
import { makePendingRenditions } from "@/lib/platform/renditions/make-renditions";
import { blobStore, storeBlob } from "@/lib/platform/storage/store-blob";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const work = () => makePendingRenditions(new AbortController().signal);
const read = (sha256: string, kind: RenditionKind) => readRendition(sha256, kind, { waitMs: 0 });

/** What the page of an image shows once a worker has been at it. */
async function renderImage(sha256: string, sidePx?: ScreenSidePx) {
  await work();
  return read(sha256, sidePx === undefined ? "whole" : `side-${sidePx}`);
}

async function keep(width: number, height: number): Promise<{ sha256: string; bytes: Buffer }> {
  const bytes = await sharp({ create: { width, height, channels: 3, background: "#a0522d" } })
    .png()
    .toBuffer();
  const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: width, heightPx: height });
  return { sha256, bytes };
}

describe("an image for the screen", () => {
  it("is served as stored if no size is requested or it is small already", async () => {
    const { sha256, bytes } = await keep(64, 64);
    expect(await renderImage(sha256)).toEqual({ bytes, mediaType: "image/png" });
    expect(await renderImage(sha256, 256)).toEqual({ bytes, mediaType: "image/png" });
  });

  it("is scaled to the requested shorter side, without cropping, if it is larger", async () => {
    const { sha256 } = await keep(1200, 800);
    const { bytes, mediaType } = await renderImage(sha256, 256);
    expect(mediaType).toBe("image/webp");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 384, height: 256 });
  });

  it("is shown on white if it is transparent, at any size", async () => {
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

  it("is upright and without animation", async () => {
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

  it("can be made from a file with decoder warnings", async () => {
    const jpeg = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#a0522d" } })
      .jpeg()
      .toBuffer();
    const table = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
    const flawed = Buffer.concat([jpeg.subarray(0, table), Buffer.from([1, 2, 3, 4]), jpeg.subarray(table)]);
    const { sha256 } = await storeBlob(flawed, { mediaType: "image/jpeg", widthPx: 300, heightPx: 300 });
    expect((await sharp((await renderImage(sha256, 128)).bytes).metadata()).width).toBe(128);
  });

  it("does not exist for unknown or malformed hashes, and for blobs that are not images", async () => {
    const weights = await storeBlob(new Uint8Array([1, 2, 3]), { mediaType: "application/octet-stream" });
    for (const name of ["0".repeat(64), "../../etc/passwd", weights.sha256]) {
      await expect(renderImage(name)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});

describe("a rendition that does not exist yet", () => {
  it("is reported as being prepared, and gets priority", async () => {
    const others = await Promise.all([1, 2, 3].map((i) => keep(600, 400 + i)));
    const { sha256 } = await keep(700, 500);
    await expect(read(sha256, "side-256")).rejects.toMatchObject({ code: "unavailable" });
    const first = await db.$queryRaw<{ sourceSha256: string }[]>`
      SELECT "sourceSha256" FROM "Rendition" WHERE "blobSha256" IS NULL ORDER BY "wantedAt" DESC NULLS LAST LIMIT 1`;
    expect(first[0]!.sourceSha256).toBe(sha256);
    const waiting = readRendition(sha256, "side-256", { waitMs: 10_000 });
    expect(await work()).toBe(others.length + 1);
    expect((await waiting).mediaType).toBe("image/webp");
    expect(await work()).toBe(0);
  });

  it("is made once, though several workers look for it", async () => {
    for (let i = 0; i < 20; i++) await keep(300 + i, 200);
    const looked = await Promise.all([work(), work(), work()]);
    expect(looked.reduce((sum, count) => sum + count)).toBe(20);
  });

  it("is made blind at any size that a preview requests", async () => {
    const { sha256 } = await keep(900, 600);
    await wantRenditions([sha256, "0".repeat(64)], "blind-96");
    await work();
    const { bytes, mediaType } = await read(sha256, "blind-96");
    expect(mediaType).toBe("image/png");
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 96, height: 96, format: "png" });
  });

  it("is made bare of metadata for those who are no staff, also of a file that serves as it is", async () => {
    for (const [width, height, side] of [
      [100, 80, 80],
      [900, 700, 512],
    ] as const) {
      const bytes = await sharp({ create: { width, height, channels: 3, background: "#a0522d" } })
        .withExif({ IFD0: { Artist: "Ada Lovelace" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } })
        .withXmp("<x:xmpmeta xmlns:x='adobe:ns:meta/'><creator>Ada Lovelace</creator></x:xmpmeta>")
        .jpeg()
        .toBuffer();
      const { sha256 } = await storeBlob(bytes, {
        mediaType: "image/jpeg",
        widthPx: width,
        heightPx: height,
      });
      await wantRenditions([sha256], "bare-512");
      await work();
      const bare = await read(sha256, "bare-512");
      const { exif, xmp, icc, iptc, height: shown } = await sharp(bare.bytes).metadata();
      expect({ exif, xmp, icc, iptc, shown }).toEqual({ shown: side });
      expect(bare.bytes.includes("Lovelace")).toBe(false);
    }
  });

  it("is made for images imported by earlier versions", async () => {
    const { sha256 } = await keep(1000, 900);
    await db.rendition.deleteMany({ where: { sourceSha256: sha256 } });
    await expect(read(sha256, "side-512")).rejects.toMatchObject({ code: "unavailable" });
    await work();
    expect((await sharp((await read(sha256, "side-512")).bytes).metadata()).height).toBe(512);
  });
});

describe("an image that cannot be shown", () => {
  it("does not block others, and says why", async () => {
    const damaged = await storeBlob((await keep(640, 480)).bytes.subarray(0, 400), {
      mediaType: "image/png",
      widthPx: 640,
      heightPx: 480,
    });
    const { sha256 } = await keep(640, 481);
    await work();
    await expect(read(damaged.sha256, "side-128")).rejects.toMatchObject({
      code: "invalid_file",
      message: "The image is damaged or truncated: it cannot be decoded completely.",
    });
    expect((await read(sha256, "side-128")).mediaType).toBe("image/webp");
  });

  it("with more pixels than allowed is refused before it is decoded", async () => {
    const bytes = await sharp({ create: { width: 8200, height: 8200, channels: 3, background: "#fff" } })
      .png()
      .toBuffer();
    const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: 8200, heightPx: 8200 });
    const start = performance.now();
    await work();
    expect(performance.now() - start).toBeLessThan(5000);
    await expect(read(sha256, "whole")).rejects.toThrow("The image has more than 64 megapixels.");
  });

  it("is shown again once its file is restored", async () => {
    const { sha256, bytes } = await keep(800, 700);
    await blobStore().delete(sha256);
    await work();
    await expect(read(sha256, "side-128")).rejects.toThrow("The image is missing from the data folder.");
    await blobStore().put(bytes);
    await db.rendition.updateMany({ where: { sourceSha256: sha256 }, data: { claimedUntil: new Date(0) } });
    await expect(read(sha256, "side-128")).rejects.toMatchObject({ code: "unavailable" });
    await work();
    expect((await read(sha256, "side-128")).mediaType).toBe("image/webp");
  });
});

it("is deleted with its image, and kept as long as something refers to it", async () => {
  const { sha256 } = await keep(1100, 800);
  await work();
  const dataset = await db.dataset.create({ data: { name: "d" } });
  const named = { datasetId: dataset.id, stem: "a", position: 0, widthPx: 1, heightPx: 1 };
  await db.image.create({ data: { ...named, blobSha256: sha256 } });
  const { blobSha256 } = await db.rendition.findFirstOrThrow({
    where: { sourceSha256: sha256, kind: "side-256" },
  });
  const later = new Date(Date.now() + 1000);
  await sweepBlobs(later);
  expect(await blobStore().has(blobSha256!)).toBe(true);
  expect(await db.rendition.count({ where: { sourceSha256: sha256 } })).toBe(screenKinds.length);
  await db.image.deleteMany();
  await sweepBlobs(later);
  await sweepBlobs(later);
  expect(await blobStore().has(sha256)).toBe(false);
  expect(await blobStore().has(blobSha256!)).toBe(false);
  expect(await db.rendition.count({ where: { sourceSha256: sha256 } })).toBe(0);
});
