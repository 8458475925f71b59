import { describe, expect, test } from "vitest";
import { bestPatch, heatColour, heatMapCells, wordHeatMapSchema } from "@/lib/metrics/scores/heat-map";

const map = {
  words: ["a", "dog"],
  gridWidth: 2,
  gridHeight: 2,
  similarity: [
    [0.1, 0.1, 0.1, 0.1],
    [0.2, 0.4, -0.2, 0.1],
  ],
};

describe("a word × patch heat map", () => {
  test("survives storage, and is rejected if values are missing", () => {
    expect(wordHeatMapSchema.parse(JSON.parse(JSON.stringify(map)))).toEqual(map);
    expect(wordHeatMapSchema.safeParse({ ...map, gridWidth: 3 }).success).toBe(false);
    expect(wordHeatMapSchema.safeParse({ ...map, words: ["a"] }).success).toBe(false);
  });

  test("covers a square image from edge to edge", () => {
    const cells = heatMapCells(map, 1, { width: 64, height: 64 });
    expect(cells.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [0.5, 0],
      [0, 0.5],
      [0.5, 0.5],
    ]);
    expect(cells.map(({ colour }) => colour)).toEqual([heatColour(2 / 3), "#fde725", "#440154", "#21918c"]);
    expect(cells.map(({ best }) => best)).toEqual([false, true, false, false]);
    expect(bestPatch(map, 1)).toBe(1);
  });

  test("covers the centred square of an oblong one", () => {
    const [first, second] = heatMapCells(map, 1, { width: 400, height: 100 });
    expect(first).toMatchObject({ x: 0.375, y: 0, width: 0.125, height: 0.5 });
    expect(second).toMatchObject({ x: 0.5, y: 0 });
    expect(heatMapCells(map, 1, { width: 100, height: 200 })[2]).toMatchObject({
      x: 0,
      y: 0.5,
      height: 0.25,
    });
  });

  test("of a word with the same similarity everywhere has no light patch", () => {
    expect(new Set(heatMapCells(map, 0, { width: 1, height: 1 }).map(({ colour }) => colour))).toEqual(
      new Set(["#440154"]),
    );
  });
});
