/** Dropout masks: how many values are dropped, and that they are independent. */
import { expect, test } from "vitest";
import { drawKeepMask } from "@/lib/diffusion/training/dropout-mask";
import { Random } from "@/lib/numerics/random";

const length = 400_000;
const dropped = (mask: Uint8Array) => mask.reduce((count, keep) => count + (1 - keep), 0);

test.each([0.05, 0.1, 0.5])("of all values the rate %d is dropped", (rate) => {
  const mask = drawKeepMask(length, rate, new Random(1));
  // Five standard deviations of a share of 400,000 values.
  expect(Math.abs(dropped(mask) / length - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / length));
});

test("a value after a dropped one is dropped as often as any other", () => {
  const rate = 0.2;
  const mask = drawKeepMask(length, rate, new Random(2));
  const afterDropped = mask.filter((_, i) => i > 0 && mask[i - 1] === 0);
  const deviation = Math.sqrt((rate * (1 - rate)) / afterDropped.length);
  expect(Math.abs(dropped(afterDropped) / afterDropped.length - rate)).toBeLessThan(5 * deviation);
  expect(Math.abs(dropped(mask.subarray(0, 1000)) / 1000 - rate)).toBeLessThan(0.07);
});
