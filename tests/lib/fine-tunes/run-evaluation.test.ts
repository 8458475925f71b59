import { expect, test } from "vitest";
import { evaluatedEpoch, runEvaluation } from "@/lib/fine-tunes/run-evaluation";

test.each([
  // 10 images, 5 a step: an epoch ends with a step.
  [[2, 4], 2, 0.5, 2],
  [[2, 4], 2.5, 0.5, null],
  [[2, 4], 1.5, 0.5, null],
  // 3 images, 2 a step: the first step after the end of epoch 1 is the second, at 4/3.
  [[1, 3], 4 / 3, 2 / 3, 1],
  [[1, 3], 2, 2 / 3, null],
  [[1, 3], (5 * 2) / 3, 2 / 3, 3],
  // A step longer than an epoch stands for the last that it ends.
  [[1, 2, 3], 3.2, 3.2, 3],
  // Sums of fractions are not exact.
  [[1], 0.1 + 0.2 + 0.7, 0.1, 1],
  [[1], 1 - 1e-12, 0.1, 1],
] as const)("of %j, epoch %d with steps of %d is epoch %j", (atEpochs, epoch, epochsPerStep, expected) => {
  expect(evaluatedEpoch(atEpochs, epoch, epochsPerStep)).toBe(expected);
});

test("a plan has the usual metrics and compares images at their own size by default", () => {
  expect(runEvaluation.parse({ atEpochs: [5] })).toMatchObject({
    captionLimit: 100,
    datasetId: null,
    metrics: ["fid", "kid", "clip-score"],
    sidesPx: [null],
  });
  expect(runEvaluation.safeParse({ atEpochs: [] }).success).toBe(false);
  expect(runEvaluation.safeParse({ atEpochs: [5], sidesPx: [128] }).success).toBe(false);
});
