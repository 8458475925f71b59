import { describe, expect, test } from "vitest";
import { toTwoWayClusters, twoWayVariance } from "@/lib/ratings/statistics/two-way-variance";

describe("the two-way variance", () => {
  test("is V_caption + V_rater - V_cell with the corrections for few clusters", () => {
    // Captions 0, 0, 1, 1 and raters 0, 1, 0, 1: every vote its own cell.
    const clusters = toTwoWayClusters(Int32Array.of(0, 0, 1, 1), Int32Array.of(0, 1, 0, 1), 2, 2);
    const contributions = Float64Array.of(3, 1, -2, -2);
    const caption = 2 * (4 ** 2 + 4 ** 2);
    const rater = 2 * (1 ** 2 + 1 ** 2);
    const cell = (4 / 3) * (9 + 1 + 4 + 4);
    expect(twoWayVariance(clusters, contributions)).toEqual({
      caption,
      rater,
      cell,
      total: caption + rater - cell < caption ? caption : 0,
    });
  });

  test("adds nothing where votes of one caption by one rater are the only repeats", () => {
    const clusters = toTwoWayClusters(Int32Array.of(0, 0, 1, 2), Int32Array.of(0, 0, 1, 2), 3, 3);
    const contributions = Float64Array.of(1, 1, -1, -1);
    const { caption, rater, cell, total } = twoWayVariance(clusters, contributions);
    expect(caption).toBe(rater);
    expect(cell).toBe(caption);
    expect(total).toBe(caption);
  });
});
