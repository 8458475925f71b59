/** A step's update on the card is the processor's. */
import { expect, test } from "vitest";
import { AdamW } from "@/lib/diffusion/training/adamw";
import { updateMovingAverage } from "@/lib/diffusion/training/exponential-moving-average";
import { clippingScale, globalNorm } from "@/lib/diffusion/training/gradient-clipping";
import { adamW, coefficientValues } from "@/lib/engine/webgpu/kernels/adamw";
import { squaredNorm } from "@/lib/engine/webgpu/kernels/squared-norm";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../check-operation";
import { softwareCard } from "./software-card";

const card = await softwareCard();

test.skipIf(card === null).each([
  { length: 1003, average: true, maxNorm: Number.POSITIVE_INFINITY },
  { length: 20_004, average: true, maxNorm: 5 },
  { length: 8, average: false, maxNorm: 0.5 },
])(
  "three updates of $length weights with average: $average and gradients up to $maxNorm",
  async ({ length, average, maxNorm }) => {
    const random = new Random(3);
    const settings = { learningRate: 1e-2, weightDecay: 0.01, betas: [0.9, 0.999], epsilon: 1e-8 } as const;
    const weights = new Map([["w", random.normals(length)]]);
    const averages = new Map([["w", weights.get("w")!.slice()]]);
    const optimiser = new AdamW(weights, settings);
    const none = () => new Float32Array(length);
    let state: Float32Array[] = [
      weights.get("w")!.slice(),
      none(),
      none(),
      ...(average ? [averages.get("w")!.slice()] : []),
    ];
    for (let step = 1; step <= 3; step++) {
      const gradients = random.normals(length);
      const clipping = clippingScale(globalNorm(new Map([["w", gradients]])) / 2, maxNorm);
      optimiser.step(new Map([["w", gradients]]), clipping / 2);
      updateMovingAverage(averages, weights, 0.9);

      const [squares] = await card!.run(squaredNorm([length]), [gradients], [1]);
      expect(Math.abs(squares![0]! / globalNorm(new Map([["w", gradients]])) ** 2 - 1)).toBeLessThan(1e-6);
      const coefficients = coefficientValues({
        scale: 1 / 2,
        maxNorm,
        beta1: 0.9,
        beta2: 0.999,
        kept: 1 - 1e-2 * 0.01,
        stepSize: 1e-2 / (1 - 0.9 ** step),
        correction: Math.sqrt(1 - 0.999 ** step),
        epsilon: 1e-8,
        averageShare: 1 - 0.9,
      });
      state = await card!.run(adamW({ length, average }), [gradients, coefficients, squares!], state);
    }
    const [first, second] = [optimiser.firstMoments.get("w")!, optimiser.secondMoments.get("w")!];
    const expected = [weights.get("w")!, first, second, ...(average ? [averages.get("w")!] : [])];
    expected.forEach((values, index) => {
      expect(relativeError(state[index]!, values), ["w", "m", "v", "average"][index]).toBeLessThan(1e-6);
    });
  },
);

test.skipIf(card === null)("the squared norm of several arrays is one sum, the same each time", async () => {
  const random = new Random(4);
  const arrays = [30_001, 7, 4096].map((length) => random.normals(length));
  const expected = arrays.flatMap((values) => [...values]).reduce((sum, value) => sum + value ** 2, 0);
  const sum = () => card!.run(squaredNorm(arrays.map(({ length }) => length)), arrays, [1]);
  const sums = [await sum(), await sum()];
  expect(Math.abs(sums[0]![0]![0]! / expected - 1)).toBeLessThan(1e-6);
  expect(sums[0]).toEqual(sums[1]);
});
