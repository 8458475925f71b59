/** Exclusion by gold items: simulated raters, judged after every answer as in a study. */
import { expect, it } from "vitest";
import { createRandom } from "@/lib/statistics/random";
import { fallsShort, fallsShortInGold } from "@/lib/studies/design/quality-control";

const random = createRandom(12);

/** Share of raters, right with probability `pass`, who are excluded by at most `items` gold items; and its standard error. */
function excludedShare(required: number, items: number, pass: number, raters = 20_000) {
  let excluded = 0;
  for (let rater = 0; rater < raters; rater++) {
    let right = 0;
    for (let answered = 1; answered <= items; answered++) {
      if (random.nextUniform() < pass) right++;
      if (!fallsShortInGold(required, right, answered)) continue;
      excluded++;
      break;
    }
  }
  return excluded / raters;
}

it("gold items rarely exclude careful raters, and exclude more careless ones the more items there are", () => {
  // Standard errors are at most 0.0007 for careful raters and 0.0035 for careless ones.
  for (const items of [5, 10, 20]) {
    expect(excludedShare(0.8, items, 0.95)).toBeLessThan(0.003);
    expect(excludedShare(0.8, items, 0.9)).toBeLessThan(0.01);
  }
  expect(excludedShare(0.8, 5, 0.5)).toBeCloseTo(0.3125, 1);
  expect(excludedShare(0.8, 10, 0.5)).toBeGreaterThan(0.65);
  expect(excludedShare(0.8, 20, 0.5)).toBeGreaterThan(0.89);
});

it("nobody is excluded for too few correct answers as long as that may be chance", () => {
  expect(fallsShortInGold(0.8, 3, 5)).toBe(false);
  expect(fallsShortInGold(0.8, 2, 5)).toBe(false);
  expect(fallsShortInGold(0.8, 1, 5)).toBe(true);
  expect(fallsShortInGold(0.8, 0, 2)).toBe(false);
  expect(fallsShortInGold(null, 0, 20)).toBe(false);
  expect(fallsShort(1, 4, 5)).toBe(true);
});
