/** The WebAssembly loops against the same formulas in JavaScript, at lengths that end within a block or vector. */
import { describe, expect, test } from "vitest";
import { sumOfSquares, updateAdamW, updateAverage } from "@/lib/diffusion/training/update-kernels";

const lengths = [1, 3, 4, 5, 16_383, 16_384, 16_385, 40_001];
const wave = (length: number, phase: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(0.37 * i + phase) * 10 ** ((i % 7) - 3));

describe.each(lengths)("arrays of %i values", (length) => {
  test("AdamW rounds every operation to float32 and touches nothing else", () => {
    const f = Math.fround;
    const [weights, gradients, first, second] = [
      wave(length, 0),
      wave(length, 1),
      wave(length, 2),
      wave(length, 3),
    ];
    for (const [i, value] of second.entries()) second[i] = Math.abs(value);
    const [scale, beta1, beta2, kept, stepSize, correction, epsilon] = [
      0.3, 0.9, 0.999, 0.9999, 0.02, 0.05, 1e-8,
    ];
    const expected = Array.from(weights, (weight, i) => {
      const gradient = f(gradients[i]! * f(scale));
      const m = f(f(first[i]! * f(beta1)) + f(gradient * f(1 - beta1)));
      const v = f(f(second[i]! * f(beta2)) + f(f(gradient * gradient) * f(1 - beta2)));
      const quotient = f(m / f(f(f(Math.sqrt(v)) / f(correction)) + f(epsilon)));
      return [f(f(weight * f(kept)) - f(quotient * f(stepSize))), m, v];
    });
    const untouched = gradients.slice();
    updateAdamW(weights, gradients, first, second, {
      scale,
      beta1,
      beta2,
      kept,
      stepSize,
      correction,
      epsilon,
    });
    expect(Array.from(weights, (weight, i) => [weight, first[i], second[i]])).toEqual(expected);
    expect(gradients).toEqual(untouched);
  });

  test("the average moves by its share", () => {
    const [average, weights] = [wave(length, 0), wave(length, 1)];
    const expected = average.map(
      (value, i) => value + Math.fround(Math.fround(weights[i]! - value) * Math.fround(0.1)),
    );
    updateAverage(average, weights, 0.1);
    expect(average).toEqual(expected);
  });

  test("squares are summed in float64", () => {
    const values = wave(length, 2);
    const expected = values.reduce((sum, value) => sum + value * value, 0);
    expect(Math.abs(sumOfSquares(values) / expected - 1)).toBeLessThan(1e-13);
  });
});
