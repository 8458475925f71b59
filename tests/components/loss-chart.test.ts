import { describe, expect, it } from "vitest";
import { logarithmicTicks, smoothLosses } from "@/components/loss-chart";

describe("the running mean of a loss", () => {
  it("equals a constant loss from the first step on", () => {
    const smooth = smoothLosses(Array.from({ length: 50 }, (_, index) => ({ step: index + 1, loss: 0.25 })));
    // Twelve digits: the mean is a sum of up to fifty rounded terms.
    for (const point of smooth) expect(point.smooth).toBeCloseTo(0.25, 12);
  });

  it("follows a jump within a tenth of the run", () => {
    const losses = Array.from({ length: 1000 }, (_, index) => ({
      step: index + 1,
      loss: index < 500 ? 1 : 0,
    }));
    const smooth = smoothLosses(losses);
    expect(smooth[499]!.smooth).toBeCloseTo(1, 6);
    // exp(-100 / 20), the mean forgetting to 1/e in 2% of 1000 steps.
    expect(smooth[599]!.smooth).toBeLessThan(0.01);
  });

  it("is empty for no losses", () => {
    expect(smoothLosses([])).toEqual([]);
  });
});

describe("the marks of a logarithmic axis", () => {
  it("are 1, 2 and 5 times powers of ten around the values", () => {
    expect(logarithmicTicks([0.06, 0.9])).toEqual(
      [0.05, 0.1, 0.2, 0.5, 1].map((tick) => expect.closeTo(tick, 12)),
    );
    expect(logarithmicTicks([1, 10])).toEqual([1, 2, 5, 10].map((tick) => expect.closeTo(tick, 12)));
  });

  it("work for a single value, and ignore values without a logarithm", () => {
    const ticks = logarithmicTicks([0, 0.3]);
    expect(ticks[0]).toBeLessThanOrEqual(0.3);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(0.3);
    expect(logarithmicTicks([0, -1])).toEqual([0.1, 1]);
  });
});
