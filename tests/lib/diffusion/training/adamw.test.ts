/** AdamW against its moments in closed form, and its checkpoint. */
import { expect, test } from "vitest";
import { AdamW } from "@/lib/diffusion/training/adamw";

const learningRate = 1e-2;
const weightDecay = 0.1;
const [beta1, beta2] = [0.9, 0.999];
const epsilon = 1e-8;

/** Gradients of 5 steps for 7 weights, with signs and sizes that vary. */
const gradientsOfSteps = Array.from({ length: 5 }, (_, step) =>
  Float32Array.from({ length: 7 }, (_, i) => Math.sin(3 * step + i) * 10 ** (i - 4)),
);

/** Weights after all steps, from the moments as weighted sums over the whole history. */
function closedForm(start: Float32Array): number[] {
  return Array.from(start, (value, i) => {
    let weight = value;
    for (let t = 1; t <= gradientsOfSteps.length; t++) {
      let first = 0;
      let second = 0;
      for (let s = 1; s <= t; s++) {
        const gradient = gradientsOfSteps[s - 1]![i]!;
        first += (1 - beta1) * beta1 ** (t - s) * gradient;
        second += (1 - beta2) * beta2 ** (t - s) * gradient ** 2;
      }
      const mean = first / (1 - beta1 ** t);
      const root = Math.sqrt(second / (1 - beta2 ** t));
      weight -= learningRate * weightDecay * weight + (learningRate * mean) / (root + epsilon);
    }
    return weight;
  });
}

const settings = { learningRate, weightDecay, betas: [beta1, beta2], epsilon } as const;
const start = () => Float32Array.from({ length: 7 }, (_, i) => 0.5 - i / 4);

test("five steps agree with the moments in closed form to float32 rounding", () => {
  const weights = start();
  const optimiser = new AdamW(new Map([["w", weights]]), settings);
  for (const gradients of gradientsOfSteps) optimiser.step(new Map([["w", gradients]]));
  // Each of five steps rounds weights of size 1 and moments to float32, 6e-8 relative.
  for (const [i, value] of closedForm(start()).entries()) {
    expect(Math.abs(weights[i]! - value)).toBeLessThan(1e-6);
  }
});

test("a gradient scale is the same as scaled gradients", () => {
  const scaled = start();
  const plain = start();
  const first = new AdamW(new Map([["w", scaled]]), settings);
  const second = new AdamW(new Map([["w", plain]]), settings);
  for (const gradients of gradientsOfSteps) {
    first.step(new Map([["w", gradients]]), 0.25);
    second.step(new Map([["w", gradients.map((value) => value * 0.25)]]));
  }
  expect(scaled).toEqual(plain);
});

test("an optimiser restored after three steps ends with the same bits", () => {
  const weights = start();
  const optimiser = new AdamW(new Map([["w", weights]]), settings);
  for (const gradients of gradientsOfSteps.slice(0, 3)) optimiser.step(new Map([["w", gradients]]));
  const copy = weights.slice();
  const resumed = new AdamW(new Map([["w", copy]]), settings);
  resumed.stepCount = optimiser.stepCount;
  resumed.firstMoments.get("w")!.set(optimiser.firstMoments.get("w")!);
  resumed.secondMoments.get("w")!.set(optimiser.secondMoments.get("w")!);
  for (const gradients of gradientsOfSteps.slice(3)) {
    optimiser.step(new Map([["w", gradients]]));
    resumed.step(new Map([["w", gradients]]));
  }
  expect(copy).toEqual(weights);
});

test("a missing or misshapen gradient is named and nothing is updated", () => {
  const a = start();
  const optimiser = new AdamW(
    new Map([
      ["a", a],
      ["b", start()],
    ]),
    settings,
  );
  expect(() => optimiser.step(new Map([["a", start()]]))).toThrow("gradient of parameter b is missing");
  expect(() =>
    optimiser.step(
      new Map([
        ["a", start()],
        ["b", new Float32Array(3)],
      ]),
    ),
  ).toThrow("parameter b has 3 values, the parameter 7");
  expect(a).toEqual(start());
  expect(optimiser.stepCount).toBe(0);
});
