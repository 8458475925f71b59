import { describe, expect, it } from "vitest";
import {
  exactLogarithmicScale,
  exactScale,
  fromShare,
  linearScale,
  logarithmicScale,
  toShare,
} from "@/components/charts/axis-scale";

const close = (ticks: number[]) => ticks.map((tick) => expect.closeTo(tick, 12));

describe("a logarithmic axis", () => {
  it("is marked at 1, 2 and 5 times powers of ten around the values", () => {
    expect(logarithmicScale([0.06, 0.9]).ticks).toEqual(close([0.05, 0.1, 0.2, 0.5, 1]));
    expect(logarithmicScale([1, 10]).ticks).toEqual(close([1, 2, 5, 10]));
  });

  it("is marked at powers of ten where there would be too many marks", () => {
    expect(logarithmicScale([1e-5, 1]).ticks).toEqual(close([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]));
  });

  it("takes a single value, and ignores values without a logarithm", () => {
    const { low, high } = logarithmicScale([0, 0.3]);
    expect(low).toBeLessThanOrEqual(0.3);
    expect(high).toBeGreaterThanOrEqual(0.3);
    expect(logarithmicScale([0, -1])).toMatchObject({ low: 0.1, high: 1 });
  });

  it("places equal factors at equal distances", () => {
    const scale = logarithmicScale([0.01, 100]);
    expect([0.01, 1, 100].map((value) => toShare(scale, value))).toEqual(close([0, 0.5, 1]));
  });
});

describe("a logarithmic axis between two given ends", () => {
  it("keeps its ends, and is marked at 1, 2 and 5 times powers of ten between them", () => {
    expect(exactLogarithmicScale(1, 300, 12)).toEqual({
      low: 1,
      high: 300,
      isLogarithmic: true,
      ticks: close([1, 2, 5, 10, 20, 50, 100, 200]),
    });
    expect(exactLogarithmicScale(30, 70, 12).ticks).toEqual(close([50]));
    expect(exactLogarithmicScale(1000, 2000, 12).ticks).toEqual(close([1000, 2000]));
  });

  it("is marked at powers of ten where there would be too many marks", () => {
    expect(exactLogarithmicScale(1, 300_000, 8).ticks).toEqual(close([1, 10, 100, 1e3, 1e4, 1e5]));
    expect(exactLogarithmicScale(3, 300_000, 3).ticks.every((tick) => tick >= 3)).toBe(true);
  });

  it("has a length where both ends are one", () => {
    expect(exactLogarithmicScale(1, 1, 8).high).toBeGreaterThan(1);
  });
});

describe("a place on an axis", () => {
  it("leads back to its value", () => {
    for (const scale of [exactLogarithmicScale(2, 900, 8), exactScale(10, 90, 5)]) {
      for (const value of [10, 33, 90]) expect(fromShare(scale, toShare(scale, value))).toBeCloseTo(value, 9);
    }
  });
});

describe("a linear axis", () => {
  it("ends at marks around the values, and begins at zero where that is near", () => {
    expect(linearScale([0.2, 0.93]).ticks).toEqual(close([0, 0.2, 0.4, 0.6, 0.8, 1]));
    expect(linearScale([101, 104])).toMatchObject({ low: 101, high: 104 });
    expect(linearScale([-3, 4]).ticks).toEqual(close([-4, -2, 0, 2, 4]));
  });

  it("has a height for values that are all equal, and for none", () => {
    for (const values of [[1e-4, 1e-4], [0], []]) {
      const { low, high, ticks } = linearScale(values);
      expect(high).toBeGreaterThan(low);
      expect(ticks.length).toBeGreaterThan(1);
    }
  });
});

it("the axis of a zoomed chart ends where the zoom does, marked at round steps", () => {
  expect(exactScale(130, 870, 4)).toMatchObject({ low: 130, high: 870, ticks: [200, 400, 600, 800] });
});
