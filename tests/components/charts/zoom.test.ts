import { expect, it } from "vitest";
import { nearestPoint, pointsWithin } from "@/components/charts/chart-line";
import { within, zoomed } from "@/components/charts/zoom";

it("zooming in keeps the step under the cursor where it is, and zooming out again ends with everything", () => {
  const near = zoomed([0, 1000], 0.5, 250, [0, 1000])!;
  expect(near).toEqual([125, 625]);
  expect(zoomed(near, 2, 250, [0, 1000])).toBeNull();
});

it("a zoom stays within the run and shows at least two steps", () => {
  expect(within([-50, 300], [0, 1000])).toEqual([0, 300]);
  expect(within([500.2, 500.4], [0, 1000])).toEqual([500, 502]);
  expect(within([999.9, 1500], [0, 1000])).toEqual([998, 1000]);
});

it("the points of a zoom go one beyond its edges, so that lines reach them", () => {
  const points = [1, 5, 9, 13, 17].map((step) => [step, step] as const);
  expect(pointsWithin(points, [6, 12]).map(([step]) => step)).toEqual([5, 9, 13]);
  expect(pointsWithin(points, [0, 20])).toHaveLength(5);
  expect(pointsWithin([], [0, 20])).toEqual([]);
});

it("the value under the cursor is that of the nearest point", () => {
  const points = [10, 20, 40].map((step) => [step, step / 10] as const);
  expect([0, 14, 16, 29, 31, 99].map((step) => nearestPoint(points, step)![0])).toEqual([
    10, 10, 20, 20, 40, 40,
  ]);
  expect(nearestPoint([], 3)).toBeNull();
});
