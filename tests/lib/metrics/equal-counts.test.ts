import { expect, test } from "vitest";
import { drawEqualCounts } from "@/lib/metrics/equal-counts";

const numbered = (count: number) => Array.from({ length: count }, (_, i) => i);

test("larger sets are reduced to the size of the smallest, without repetition, in order, with a note", () => {
  const [small, large, twin] = drawEqualCounts([numbered(5), numbered(40), numbered(40)], 3);
  expect(small).toEqual({ items: numbered(5), note: null });
  expect(large!.items).toHaveLength(5);
  expect(large!.items).toEqual([...new Set(large!.items)].sort((a, b) => a - b));
  expect(large!.items).not.toEqual(numbered(5));
  expect(large!.note).toMatch(/^5 of 40 images were used \(seed 3\)/);
  // Sets over the same captions keep the same ones.
  expect(twin).toEqual(large);
});

test("the draw depends on the seed only", () => {
  const draw = (seed: number) => drawEqualCounts([numbered(10), numbered(200)], seed)[1]!.items;
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("every member of a larger set is drawn equally often", () => {
  const times = new Array<number>(8).fill(0);
  for (let seed = 0; seed < 800; seed++) {
    for (const item of drawEqualCounts([numbered(2), numbered(8)], seed)[1]!.items) times[item]!++;
  }
  // 200 expected of each; the standard deviation is 12.
  for (const count of times) expect(Math.abs(count - 200)).toBeLessThan(60);
});
