/** Crops that vary, colours that stay, and low-resolution twins. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Crop } from "@/lib/diffusion/training/read-crop";
import { drawCrop, TrainingImages } from "@/lib/diffusion/training/training-images";
import { Random } from "@/lib/numerics/random";
import { sharedPath } from "@/tests/shared";

const base = { sizePx: 16, lowResSizePx: null, cropAreaMin: 1, flip: false };

describe("crops", () => {
  const draw = (widthPx: number, heightPx: number, cropAreaMin = 0.8): Crop[] =>
    Array.from({ length: 400 }, (_, n) => drawCrop({ widthPx, heightPx }, new Random(1, n), cropAreaMin));

  test.each([
    ["wide", 640, 160],
    ["tall", 160, 640],
    ["square", 400, 400],
  ])("of a %s image cover all of it and stay inside", (_, widthPx, heightPx) => {
    const crops = draw(widthPx, heightPx);
    const columns = new Set<number>();
    const rows = new Set<number>();
    for (const { left, top, sidePx } of crops) {
      expect(left + sidePx).toBeLessThanOrEqual(widthPx);
      expect(top + sidePx).toBeLessThanOrEqual(heightPx);
      for (let x = left; x < left + sidePx; x++) columns.add(x);
      for (let y = top; y < top + sidePx; y++) rows.add(y);
    }
    // An outermost pixel of a long side is seen by few of 400 crops, perhaps by none.
    expect(columns.size).toBeGreaterThan(0.98 * widthPx);
    expect(rows.size).toBeGreaterThan(0.98 * heightPx);
  });

  test("are anywhere along the longer side with equal chance", () => {
    const places = draw(640, 160).map(({ left, sidePx }) => left / (640 - sidePx));
    // The mean of 400 uniform numbers has standard deviation 0.0144, their quartiles 0.022.
    expect(Math.abs(places.reduce((a, b) => a + b) / 400 - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(places.filter((place) => place < 0.25).length / 400 - 0.25)).toBeLessThan(0.09);
  });

  test("have areas from the smallest allowed to the whole square", () => {
    const areas = draw(400, 400, 0.5).map(({ sidePx }) => (sidePx / 400) ** 2);
    expect(Math.min(...areas)).toBeGreaterThan(0.495);
    expect(Math.min(...areas)).toBeLessThan(0.52);
    expect(Math.max(...areas)).toBeGreaterThan(0.98);
    expect(draw(400, 400, 1).every(({ sidePx }) => sidePx === 400)).toBe(true);
  });
});

describe("images", () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  const open = (name: string, captions = ["a"]) => TrainingImages.open([{ path: file(name), captions }]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-images-"));
    // Left half red, right half blue.
    const red = { create: { width: 32, height: 64, channels: 3, background: "#ff0000" } } as const;
    const halves = sharp({ create: { width: 64, height: 64, channels: 3, background: "#0000ff" } });
    const left = await sharp(red).png().toBuffer();
    await halves
      .composite([{ input: left, left: 0, top: 0 }])
      .png()
      .toFile(file("halves.png"));
    // As a camera held sideways stores it: to be turned by 90°, which puts what is left on top.
    await sharp(file("halves.png"))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .toFile(file("turned.jpg"));
    await sharp({ create: { width: 40, height: 40, channels: 4, background: "#00000000" } })
      .webp({ lossless: true })
      .toFile(file("clear.webp"));
    await sharp({ create: { width: 40, height: 40, channels: 3, background: "#808080" } })
      .toColourspace("b-w")
      .png()
      .toFile(file("grey.png"));
    await sharp({ create: { width: 40, height: 40, channels: 3, background: "#808080" } })
      .toColourspace("rgb16")
      .png()
      .toFile(file("deep.png"));
    await writeFile(file("broken.jpg"), "no image");
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Value of a channel at a pixel of a 16 × 16 image. */
  const at = (pixels: Float32Array, channel: number, x: number, y: number) =>
    pixels[channel * 256 + y * 16 + x]!;

  test("come as planes from -1 to 1", async () => {
    const { pixels } = await (await open("halves.png")).draw(0, new Random(1), base);
    expect(pixels).toHaveLength(3 * 256);
    expect([0, 1, 2].map((channel) => at(pixels, channel, 2, 8))).toEqual([1, -1, -1]);
    expect([0, 1, 2].map((channel) => at(pixels, channel, 13, 8))).toEqual([-1, -1, 1]);
  });

  test("are turned upright as their EXIF data says", async () => {
    const { pixels } = await (await open("turned.jpg")).draw(0, new Random(1), base);
    expect(at(pixels, 0, 8, 2)).toBeGreaterThan(0.9);
    expect(at(pixels, 2, 8, 13)).toBeGreaterThan(0.9);
    expect(at(pixels, 0, 8, 13)).toBeLessThan(-0.9);
  });

  test("are mirrored half of the time where asked", async () => {
    const images = await open("halves.png");
    const redLeft = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const { pixels } = await images.draw(0, new Random(3, n), { ...base, flip: true });
        return at(pixels, 0, 2, 8) === 1;
      }),
    );
    const share = redLeft.filter(Boolean).length / 60;
    // Four standard deviations of 60 fair coins: 0.26.
    expect(Math.abs(share - 0.5)).toBeLessThan(0.26);
  });

  test("show white where they are transparent, and grey and 16-bit values as they are", async () => {
    const clear = await (await open("clear.webp")).draw(0, new Random(1), base);
    expect(new Set(clear.pixels)).toEqual(new Set([1]));
    for (const name of ["grey.png", "deep.png"]) {
      const { pixels } = await (await open(name)).draw(0, new Random(1), base);
      expect(pixels).toHaveLength(3 * 256);
      for (const value of pixels) expect(Math.abs(value - (128 / 127.5 - 1))).toBeLessThan(0.01);
    }
  });

  test("an upsampler's input is its own crop, smaller, on the grid of 8 bits", async () => {
    const images = await open("halves.png");
    const settings = { ...base, lowResSizePx: 4, cropAreaMin: 0.5, flip: true };
    for (let n = 0; n < 8; n++) {
      const { pixels, lowResPixels } = await images.draw(0, new Random(5, n), settings);
      expect(lowResPixels).toHaveLength(3 * 16);
      for (const value of lowResPixels!) {
        const level = (value + 1) * 127.5;
        expect(Math.abs(level - Math.round(level))).toBeLessThan(1e-4);
      }
      // The corners show which side of the image the crop shows, in both sizes alike.
      expect(Math.sign(lowResPixels![0]!)).toBe(Math.sign(at(pixels, 0, 1, 1)));
      expect(Math.sign(lowResPixels![3]!)).toBe(Math.sign(at(pixels, 0, 14, 1)));
    }
  });

  test("any caption may be drawn, and the same stream draws the same example", async () => {
    const images = await open("halves.png", ["a", "b", "c"]);
    const drawn = await Promise.all(
      Array.from({ length: 30 }, (_, n) => images.draw(0, new Random(1, n), base)),
    );
    expect(new Set(drawn.map(({ caption }) => caption))).toEqual(new Set(["a", "b", "c"]));
    expect(await images.draw(0, new Random(1, 7), base)).toEqual(drawn[7]);
  });

  test("those that cannot be read are left out by name, and their place is taken by the next", async () => {
    // Damaged behind its header, so that only drawing it shows.
    const noise = await sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: "#888",
        noise: { type: "gaussian", mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    await writeFile(file("cut.png"), noise.subarray(0, noise.length / 2));
    const leftOut: string[] = [];
    const images = await TrainingImages.open(
      [
        { path: file("broken.jpg"), name: "cats/broken.jpg", captions: ["broken"] },
        { path: file("cut.png"), name: "cats/cut.png", captions: ["cut"] },
        { path: file("gone.png"), captions: ["gone"] },
        { path: file("halves.png"), captions: ["halves"] },
      ],
      ({ name }) => leftOut.push(name),
    );
    expect(leftOut).toEqual(["cats/broken.jpg", "gone.png"]);
    expect(images.count).toBe(2);
    const first = await images.draw(0, new Random(1), base);
    expect(first.caption).toBe("halves");
    expect(await images.draw(0, new Random(1), base)).toEqual(first);
    expect(await images.lowResOf("cut", 16, 4)).toHaveLength(3 * 16);
    expect(leftOut).toEqual(["cats/broken.jpg", "gone.png", "cats/cut.png"]);
  });

  test.skipIf(sharedPath("cases/01-jpeg-with-stray-bytes") === null)(
    "a photograph that import accepts with a remark is drawn",
    async () => {
      const path = sharedPath("cases/01-jpeg-with-stray-bytes/p4.jpg")!;
      const images = await TrainingImages.open([{ path, captions: ["a"] }]);
      expect((await images.draw(0, new Random(1), base)).pixels).toHaveLength(3 * 256);
    },
  );

  test("where none can be read, and images without captions, are named", async () => {
    await expect(open("broken.jpg")).rejects.toThrow(
      "None of the images can be read: broken.jpg is not a readable image.",
    );
    await expect(open("halves.png", [])).rejects.toThrow("halves.png has no caption");
    await expect(TrainingImages.open([])).rejects.toMatchObject({ code: "invalid_input" });
  });
});
