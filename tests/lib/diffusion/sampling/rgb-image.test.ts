import { expect, it } from "vitest";
import { pixelsToRgb, rgbToPixels } from "@/lib/diffusion/sampling/rgb-image";

it("interleaves the channels of each pixel and clips them to 8 bits", () => {
  const pixels = Float32Array.of(-1, 0, 1, 2, -3, -0.5, 0.5, 1, 0, 0, 0, 0);
  expect([...pixelsToRgb(pixels, 2).data]).toEqual([0, 0, 128, 128, 64, 128, 255, 191, 128, 255, 255, 128]);
});

it("is the inverse for every 8-bit value", () => {
  const data = Uint8Array.from({ length: 3 * 256 }, (_, index) => (index * 7) % 256);
  const image = { widthPx: 16, heightPx: 16, data };
  expect(pixelsToRgb(rgbToPixels(image), 16)).toEqual(image);
});
