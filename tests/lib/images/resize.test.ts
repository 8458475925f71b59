import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { cropCentre, type Planes, type RgbImage, toPlanes } from "@/lib/images/pixels";
import { resizeBilinear } from "@/lib/images/resize-bilinear";
import {
  resizeAntialiasedBilinear,
  resizeBicubic,
  resizeBicubicPlanes,
  resizeShortSide,
} from "@/lib/images/resize-pillow";

/** An image without structure, so that a wrong neighbour or weight shows. */
function noiseImage(width: number, height: number, seed: number): RgbImage {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * i * 7 + i * 31 + seed * 17) % 251,
  );
  return { width, height, data };
}

/** A mean that weighs every value differently: equal for equal results only. */
function weightedMean({ data }: Planes): number {
  let [sum, weights] = [0, 0];
  data.forEach((value, i) => {
    sum += value * (i % 1009);
    weights += i % 1009;
  });
  return sum / weights;
}

const sha256 = ({ data }: RgbImage) => createHash("sha256").update(data).digest("hex");

// All expected values: Pillow 9.4, PyTorch and torchvision 1.13 / 0.14, TensorFlow 1's formula in float32 NumPy.
const small = noiseImage(5, 4, 5);
const sizes = [
  {
    from: [300, 200],
    to: [224, 149],
    bicubic: "8c3ef97d7e27eb03a147a5cb2321a0e6acc8c9670117c64ef1f47c0e4b54905b",
    bilinear: "424ddae64550f6e4bd6a6dee7bd3b7a59528f01b2a026846eb777c439a0a9f34",
    float: 121.99792295522951,
    halfPixel: 122.00444096602006,
    tensorflow: 122.00319291950098,
  },
  {
    from: [64, 64],
    to: [299, 299],
    bicubic: "9cfe03bc3b058402f1ccfccc02c30e99192cb411c0a697d642933946477a150e",
    bilinear: "6eddd55505bf7a4383e407e820be4f6665917889d5c2c5e81079faa24bb4b078",
    float: 124.11271724717199,
    halfPixel: 124.09537500840291,
    tensorflow: 123.9414622070747,
  },
  {
    from: [500, 333],
    to: [37, 299],
    bicubic: "7148f38968d483af34af380aaf5af362fb6cab8aeee8cd30429e254d09401bfc",
    bilinear: "3b56e5ad3bbee9850500afe8a4ecf481c29dac980eea3a6b07d5f26a891b949a",
    float: 127.99947683161103,
    halfPixel: 127.76633852213976,
    tensorflow: 127.64284744753363,
  },
] as const;

describe("Pillow's bicubic", () => {
  test("on 8-bit images agrees to the bit, both passes rounded", () => {
    expect(Array.from(resizeBicubic(small, 3, 6).data)).toEqual([
      153, 97, 175, 106, 108, 39, 205, 132, 80, 144, 116, 174, 90, 143, 133, 113, 163, 84, 128, 158, 184, 104,
      166, 208, 43, 183, 99, 108, 224, 215, 205, 116, 115, 146, 136, 130, 106, 130, 173, 141, 85, 81, 179,
      108, 164, 110, 28, 125, 56, 72, 77, 179, 97, 185,
    ]);
  });

  test.each(sizes)("from $from to $to agrees to the bit", ({ from, to, bicubic }) => {
    expect(sha256(resizeBicubic(noiseImage(from[0], from[1], from[0]), to[0], to[1]))).toBe(bicubic);
  });

  test.each(sizes)("bilinear too, from $from to $to", ({ from, to, bilinear }) => {
    const image = noiseImage(from[0], from[1], from[0]);
    expect(sha256(resizeAntialiasedBilinear(image, to[0], to[1]))).toBe(bilinear);
  });

  test.each(sizes)("in float from $from to $to agrees to float32's last digits", ({ from, to, float }) => {
    const planes = toPlanes(noiseImage(from[0], from[1], from[0]));
    expect(Math.abs(weightedMean(resizeBicubicPlanes(planes, to[0], to[1])) - float)).toBeLessThan(1e-9);
  });

  test("brings the short side to size and crops the centre as torchvision does, odd margins included", () => {
    const wide = resizeShortSide(noiseImage(301, 200, 3), 224);
    expect([wide.width, wide.height]).toEqual([337, 224]);
    expect(sha256(cropCentre(wide, 224))).toBe(
      "6370a6f3eb2cf6a65b220a59136185f41a9e14adfc6b1c1f6065749cda6c3f9c",
    );
    const tall = resizeShortSide(noiseImage(200, 307, 4), 224);
    expect([tall.width, tall.height]).toEqual([224, 343]);
    expect(sha256(cropCentre(tall, 224))).toBe(
      "0a8397498a19a6b36d2b174d8bce324b3701f81a954765cf9aaba94b6cbbe484",
    );
  });

  test("of an unchanged size is the image itself", () => {
    expect(resizeBicubic(small, 5, 4).data).toEqual(small.data);
  });
});

describe("bilinear without antialiasing", () => {
  test("between pixel centres agrees with PyTorch value by value", () => {
    const expected = [
      137.0, 21.0, 199.3333, 132.5, 39.5, 115.3333, 121.6111, 87.1667, 54.2222, 96.0555, 203.8333, 145.7778,
      97.6667, 138.5, 180.8333, 105.6667, 44.0, 193.0, 105.3333, 143.0, 140.3333, 122.1667, 141.0, 161.3333,
      153.6667, 119.5, 170.5, 212.3333, 41.5, 123.1667, 130.8333, 32.5, 103.0, 34.6667, 43.0, 94.6667,
      171.3333, 28.0, 95.3333, 167.6667, 131.0, 95.8333, 171.8333, 207.6667, 105.5556, 203.1667, 102.3333,
      142.4444, 178.0, 66.0, 164.6667, 145.0, 56.0, 177.6667,
    ];
    resizeBilinear(toPlanes(small), 3, 6, "half-pixel").data.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4);
    });
  });

  test("from pixel corners agrees with TensorFlow 1 value by value", () => {
    const expected = [
      85.0, 94.3333, 188.6667, 106.3333, 90.5556, 104.0, 90.0, 132.7778, 93.2222, 36.0, 221.0, 156.3333, 74.0,
      122.3333, 144.1111, 93.0, 73.0, 138.0, 123.0, 118.6667, 115.6667, 117.0, 143.3333, 171.0, 157.0,
      130.3333, 188.6667, 243.0, 79.6667, 168.6667, 86.3333, 65.2222, 129.1111, 8.0, 58.0, 109.3333, 175.0,
      73.3333, 56.6667, 141.6667, 182.2222, 84.6667, 154.3333, 197.6667, 102.8889, 213.0, 119.6667, 111.3333,
      196.3333, 77.8889, 156.0, 188.0, 57.0, 178.3333,
    ];
    resizeBilinear(toPlanes(small), 3, 6, "tensorflow-1").data.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4);
    });
  });

  // 1e-6 of 255: single values differ by the last digits of float32 sums, their weighted mean by far less.
  test.each(sizes)("from $from to $to agrees in both conventions", ({ from, to, halfPixel, tensorflow }) => {
    const planes = toPlanes(noiseImage(from[0], from[1], from[0]));
    expect(
      Math.abs(weightedMean(resizeBilinear(planes, to[0], to[1], "half-pixel")) - halfPixel),
    ).toBeLessThan(1e-6);
    expect(
      Math.abs(weightedMean(resizeBilinear(planes, to[0], to[1], "tensorflow-1")) - tensorflow),
    ).toBeLessThan(1e-6);
  });
});
