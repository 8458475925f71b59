import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { SemblanceError } from "@/lib/errors";
import { decodePicture } from "@/lib/metrics/decode-picture";

const folder = mkdtempSync(join(tmpdir(), "semblance-decode-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 3 × 2: red, green, blue above, black, white, grey below. */
const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 128, 128, 128];
const drawn = () => sharp(Uint8Array.from(pixels), { raw: { width: 3, height: 2, channels: 3 } });

describe("decoding", () => {
  test.each(["png", "webp"] as const)("a lossless %s gives its pixels", async (format) => {
    const bytes = await drawn().toFormat(format, { lossless: true }).toBuffer();
    expect(await decodePicture(bytes)).toEqual({ width: 3, height: 2, data: Uint8Array.from(pixels) });
  });

  test("grey becomes three equal channels, from 8 and from 16 bits", async () => {
    const grey = sharp(Uint8Array.from([0, 100, 255, 17]), { raw: { width: 2, height: 2, channels: 1 } });
    const expected = [0, 0, 0, 100, 100, 100, 255, 255, 255, 17, 17, 17];
    expect(Array.from((await decodePicture(await grey.clone().png().toBuffer())).data)).toEqual(expected);
    const deep = await sharp(Uint16Array.from([0, 100 * 257, 65535, 17 * 257]), {
      raw: { width: 2, height: 2, channels: 1 },
    })
      .toColourspace("grey16")
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe("ushort");
    expect(Array.from((await decodePicture(deep)).data)).toEqual(expected);
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
    expect(Array.from((await decodePicture(deep)).data)).toEqual(pixels);
  });

  test("alpha is dropped and leaves the colour beneath it as stored", async () => {
    const rgba = pixels.flatMap((value, i) => (i % 3 === 2 ? [value, i === 2 ? 0 : 128] : [value]));
    const bytes = await sharp(Uint8Array.from(rgba), { raw: { width: 3, height: 2, channels: 4 } })
      .png()
      .toBuffer();
    expect(Array.from((await decodePicture(bytes)).data)).toEqual(pixels);
  });

  test("EXIF orientation turns the picture upright", async () => {
    const bytes = await drawn().withMetadata({ orientation: 6 }).png().toBuffer();
    const { width, height, data } = await decodePicture(bytes);
    expect([width, height]).toEqual([2, 3]);
    // A quarter turn clockwise: the lower left pixel (black) comes to the upper left, red to its right.
    expect(Array.from(data.subarray(0, 6))).toEqual([0, 0, 0, 255, 0, 0]);
  });

  test("CMYK becomes RGB", async () => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 220, g: 20, b: 30 } } });
    const bytes = await red.toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    const [r, g, b] = (await decodePicture(bytes)).data as unknown as [number, number, number];
    // Through a print profile and back: red stays plainly red, its exact shade depends on the profile.
    expect(r).toBeGreaterThan(180);
    expect(Math.max(g, b)).toBeLessThan(90);
  });
});

describe("what cannot be decoded is refused by name", () => {
  const write = (name: string, bytes: Uint8Array | string) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  test.each([
    ["empty.png", () => "", "invalid_file|unsupported_file"],
    ["text.jpg", () => "no picture at all", "unsupported_file"],
    [
      "drawing.svg",
      () => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      "unsupported_file",
    ],
  ])("%s", async (name, content, codes) => {
    const error = await decodePicture(write(name, content())).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(SemblanceError);
    expect(codes.split("|")).toContain(error.code);
    expect(error.message).toContain(name);
    expect(error.remedy).toBeTruthy();
  });

  test("a file cut short", async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 31) % 253);
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    const path = write("cut.png", whole.subarray(0, whole.length / 2));
    await expect(decodePicture(path)).rejects.toMatchObject({ code: "invalid_file", message: /cut\.png/ });
  });

  test("a file that is not there", async () => {
    await expect(decodePicture(join(folder, "gone.png"))).rejects.toMatchObject({
      code: "not_found",
      message: /gone\.png/,
    });
  });

  test("a header that promises a gigapixel, before any memory is taken for it", async () => {
    const bytes = await drawn().png().toBuffer();
    bytes.writeUInt32BE(40_000, 16);
    bytes.writeUInt32BE(40_000, 20);
    const error = await decodePicture(bytes, "bomb.png").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(SemblanceError);
    expect(["too_large", "invalid_file"]).toContain(error.code);
    expect(error.message).toContain("bomb.png");
  });

  test("mutated files are refused or decoded, and never anything else", async () => {
    const formats = ["png", "jpeg", "webp"] as const;
    const originals = await Promise.all(
      formats.map((format) => drawn().resize(24).toFormat(format).toBuffer()),
    );
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const bytes = Buffer.from(originals[i % 3]!);
      for (let k = 0; k < 1 + (i % 5); k++)
        bytes[(i * 7919 + k * 104729) % bytes.length] = (i * 31 + k * 17) % 256;
      const result = await decodePicture(
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
