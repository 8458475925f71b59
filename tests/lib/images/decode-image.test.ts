import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { checkImage, decodeImage, readImageHeader } from "@/lib/images/decode-image";
import { sharedPath } from "@/tests/shared";

const folder = mkdtempSync(join(tmpdir(), "semblance-decode-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 3 × 2: red, green, blue above, black, white, grey below. */
const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 128, 128, 128];
const drawn = () => sharp(Uint8Array.from(pixels), { raw: { width: 3, height: 2, channels: 3 } });

describe("decoding", () => {
  test.each(["png", "webp"] as const)("a lossless %s gives its pixels", async (format) => {
    const bytes = await drawn().toFormat(format, { lossless: true }).toBuffer();
    expect(await decodeImage(bytes)).toEqual({ width: 3, height: 2, data: Uint8Array.from(pixels) });
  });

  test.each(["gif", "tiff", "avif"] as const)("a %s gives its first frame", async (format) => {
    const frame = (value: number) =>
      sharp({ create: { width: 16, height: 12, channels: 3, background: { r: value, g: value, b: value } } })
        .png()
        .toBuffer();
    const frames = [await frame(200), await frame(20)];
    const bytes = await (format === "avif"
      ? sharp(frames[0]).avif({ lossless: true })
      : sharp(frames, { join: { animated: true } }).toFormat(format)
    ).toBuffer();
    const { width, height, data } = await decodeImage(bytes);
    expect([width, height]).toEqual([16, 12]);
    for (const value of data) expect(Math.abs(value - 200)).toBeLessThanOrEqual(2);
    const frameCount = format === "avif" ? 1 : 2;
    expect(await readImageHeader(bytes)).toMatchObject({
      mediaType: `image/${format}`,
      frameCount,
      isPlain: false,
    });
  });

  test("grey becomes three equal channels, from 8 and from 16 bits", async () => {
    const grey = sharp(Uint8Array.from([0, 100, 255, 17]), { raw: { width: 2, height: 2, channels: 1 } });
    const expected = [0, 0, 0, 100, 100, 100, 255, 255, 255, 17, 17, 17];
    expect(Array.from((await decodeImage(await grey.clone().png().toBuffer())).data)).toEqual(expected);
    const deep = await sharp(Uint16Array.from([0, 100 * 257, 65535, 17 * 257]), {
      raw: { width: 2, height: 2, channels: 1 },
    })
      .toColourspace("grey16")
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe("ushort");
    expect(Array.from((await decodeImage(deep)).data)).toEqual(expected);
  });

  test("16-bit colour is reduced to 8 bits", async () => {
    const deep = await sharp(
      Uint16Array.from(pixels, (value) => value * 257),
      { raw: { width: 3, height: 2, channels: 3 } },
    )
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe("ushort");
    expect(Array.from((await decodeImage(deep)).data)).toEqual(pixels);
  });

  test("transparent pixels become white, half-transparent ones are blended with white", async () => {
    const rgba = [255, 0, 0, 0, 0, 0, 0, 128, 10, 20, 30, 255, 0, 0, 0, 0];
    const expected = [255, 255, 255, 127, 127, 127, 10, 20, 30, 255, 255, 255];
    const image = sharp(Uint8Array.from(rgba), { raw: { width: 2, height: 2, channels: 4 } });
    const palette = await image.clone().png({ palette: true }).toBuffer();
    for (const bytes of [
      await image.clone().png().toBuffer(),
      await image.clone().webp({ lossless: true, exact: true }).toBuffer(),
      palette,
    ]) {
      expect((await readImageHeader(bytes)).isPlain).toBe(false);
      expect(Array.from((await decodeImage(bytes)).data)).toEqual(expected);
    }
    const grey = await sharp(Uint8Array.from([0, 0, 0, 255, 100, 0, 100, 255]), {
      raw: { width: 2, height: 2, channels: 2 },
    })
      .png()
      .toBuffer();
    expect(Array.from((await decodeImage(grey)).data)).toEqual([
      255, 255, 255, 0, 0, 0, 255, 255, 255, 100, 100, 100,
    ]);
  });

  test("flags images that browsers may show differently: CMYK, animations, rotated PNG files", async () => {
    const image = sharp({ create: { width: 8, height: 8, channels: 3, background: "#a0522d" } });
    const isPlain = async (edited: Sharp) => (await readImageHeader(await edited.toBuffer())).isPlain;
    expect(await isPlain(image.clone().jpeg())).toBe(true);
    expect(await isPlain(image.clone().withMetadata({ orientation: 6 }).jpeg())).toBe(true);
    expect(await isPlain(image.clone().withMetadata({ orientation: 6 }).png())).toBe(false);
    expect(await isPlain(image.clone().toColourspace("cmyk").jpeg())).toBe(false);
  });

  const transparent = sharedPath("cases/10-transparent-photographs");
  test.skipIf(transparent === null)("so that reported photographs equal the same on white", async () => {
    for (const name of ["0.png", "1.png", "2.png", "3.png"]) {
      const [a, b] = [join(transparent!, "A", name), join(transparent!, "B", name)];
      expect((await readImageHeader(a)).isPlain).toBe(false);
      const onWhite = (await decodeImage(b)).data;
      const difference = (await decodeImage(a)).data.map((value, i) => Math.abs(value - onWhite[i]!));
      expect(difference.reduce((most, each) => Math.max(most, each), 0)).toBeLessThanOrEqual(1);
    }
  });

  test("of an animation the first frame is taken", async () => {
    const frames = Uint8Array.from([...Array(12).fill(255), ...Array(12).fill(0)]);
    const bytes = await sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    expect(await decodeImage(bytes)).toMatchObject({ width: 2, height: 2 });
    expect((await decodeImage(bytes)).data[0]).toBe(255);
    expect(await readImageHeader(bytes)).toMatchObject({ widthPx: 2, heightPx: 2 });
  });

  test("an embedded profile is applied", async () => {
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#c83c1e" } })
      .withIccProfile("p3")
      .png()
      .toBuffer();
    const raw = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    const { data } = await decodeImage(bytes);
    expect([...raw.subarray(0, 3)]).not.toEqual([200, 60, 30]);
    for (const [i, value] of [200, 60, 30].entries()) expect(Math.abs(data[i]! - value)).toBeLessThan(3);
  });

  test("EXIF orientation turns the image upright", async () => {
    const bytes = await drawn().withMetadata({ orientation: 6 }).png().toBuffer();
    const { width, height, data } = await decodeImage(bytes);
    expect([width, height]).toEqual([2, 3]);
    // A quarter turn clockwise: the lower left pixel (black) comes to the upper left, red to its right.
    expect(Array.from(data.subarray(0, 6))).toEqual([0, 0, 0, 255, 0, 0]);
  });

  test("CMYK becomes RGB", async () => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 220, g: 20, b: 30 } } });
    const bytes = await red.toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    const [r, g, b] = (await decodeImage(bytes)).data as unknown as [number, number, number];
    // Through a print profile and back: red stays plainly red, its exact shade depends on the profile.
    expect(r).toBeGreaterThan(180);
    expect(Math.max(g, b)).toBeLessThan(90);
  });
});

describe("a file with decoder warnings", () => {
  /** A JPEG with four bytes between two segments, as some cameras and editors leave them. */
  const withStrayBytes = async () => {
    const jpeg = await drawn().resize(80).jpeg().toBuffer();
    const table = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
    return Buffer.concat([jpeg.subarray(0, table), Buffer.from([1, 2, 3, 4]), jpeg.subarray(table)]);
  };

  test("is decoded like the intact file, and the check reports the warning", async () => {
    const flawed = await withStrayBytes();
    const flawless = await drawn().resize(80).jpeg().toBuffer();
    expect(await decodeImage(flawed)).toEqual(await decodeImage(flawless));
    expect(await checkImage(flawed)).toMatchObject({
      widthPx: 80,
      isFlawed: true,
    });
    expect(await checkImage(flawless)).toMatchObject({ isFlawed: false });
  });

  test.skipIf(sharedPath("cases/01-jpeg-with-stray-bytes") === null)("so are the reported ones", async () => {
    const reported = sharedPath("cases/01-jpeg-with-stray-bytes")!;
    expect((await checkImage(join(reported, "p0.jpg"))).isFlawed).toBe(false);
    expect((await checkImage(join(reported, "p4.jpg"))).isFlawed).toBe(true);
    expect(await decodeImage(join(reported, "p4.jpg"))).toMatchObject({ width: 80, height: 80 });
  });
});

describe("files that cannot be decoded are refused by name", () => {
  const write = (name: string, bytes: Uint8Array | string) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  test.each([
    ["empty.png", () => "", "invalid_file|unsupported_file"],
    ["text.jpg", () => "no image at all", "unsupported_file"],
    [
      "drawing.svg",
      () => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      "unsupported_file",
    ],
  ])("%s", async (name, content, codes) => {
    const error = await decodeImage(write(name, content())).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(SemblanceError);
    expect(codes.split("|")).toContain(error.code);
    expect(error.message).toContain(name);
    expect(error.remedy).toBeTruthy();
  });

  test.each([
    ["bmp", "BM"],
    ["heif", "\0\0\0\x18ftypheic"],
    ["pdf", "%PDF-1.7"],
    ["svg", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
  ])("a %s by its first bytes, before its decoder sees it", async (format, content) => {
    await expect(decodeImage(Buffer.from(content, "latin1"), { name: "x.png" })).rejects.toMatchObject({
      code: "unsupported_file",
      message: `x.png holds an image of type ${format}.`,
    });
  });

  test("a file cut short", async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 31) % 253);
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    const path = write("cut.png", whole.subarray(0, whole.length / 2));
    await expect(decodeImage(path)).rejects.toMatchObject({ code: "invalid_file", message: /cut\.png/ });
  });

  test("a file that is not there", async () => {
    await expect(decodeImage(join(folder, "gone.png"))).rejects.toMatchObject({
      code: "not_found",
      message: /gone\.png/,
    });
  });

  test("a header that claims a gigapixel, before any memory is allocated for it", async () => {
    const bytes = await drawn().png().toBuffer();
    bytes.writeUInt32BE(40_000, 16);
    bytes.writeUInt32BE(40_000, 20);
    const error = await decodeImage(bytes, { name: "bomb.png" }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(SemblanceError);
    expect(["too_large", "invalid_file"]).toContain(error.code);
    expect(error.message).toContain("bomb.png");
  });

  test("more pixels than the setting allows, in every use alike", async () => {
    const { width } = { width: Math.ceil(Math.sqrt(env().largestImagePixels)) };
    const large = sharp({ create: { width, height: width + 1, channels: 3, background: "#888" } });
    const bytes = await large.png({ compressionLevel: 1 }).toBuffer();
    for (const read of [
      () => decodeImage(bytes, { name: "wall.png" }),
      () => readImageHeader(bytes, "wall.png"),
    ]) {
      await expect(read()).rejects.toMatchObject({
        code: "too_large",
        message: "wall.png has more than 64 megapixels.",
        remedy: expect.stringContaining("SEMBLANCE_MEGAPIXELS"),
      });
    }
  });

  test("brackets in a path are not parsed as options", async () => {
    const path = write("dog[n=2].png", await drawn().png().toBuffer());
    expect(await decodeImage(path)).toMatchObject({ width: 3, height: 2 });
  });

  test("a file that was replaced is read anew", async () => {
    const path = write("replaced.png", await drawn().png().toBuffer());
    await decodeImage(path);
    write("replaced.png", await drawn().negate().png().toBuffer());
    expect((await decodeImage(path)).data[0]).toBe(0);
  });

  test("mutated files are either refused or decoded", async () => {
    const formats = ["png", "jpeg", "webp"] as const;
    const originals = await Promise.all(
      formats.map((format) => drawn().resize(24).toFormat(format).toBuffer()),
    );
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const bytes = Buffer.from(originals[i % 3]!);
      for (let k = 0; k < 1 + (i % 5); k++)
        bytes[(i * 7919 + k * 104729) % bytes.length] = (i * 31 + k * 17) % 256;
      const result = await decodeImage(
        i % 7 === 0 ? bytes.subarray(0, (i * 13) % bytes.length) : bytes,
      ).catch((thrown) => thrown);
      if (result instanceof SemblanceError) {
        expect(["invalid_file", "unsupported_file", "too_large"]).toContain(result.code);
        refused++;
      } else {
        expect(result.data).toHaveLength(result.width * result.height * 3);
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
