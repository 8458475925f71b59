/** The lines on the loss in a fine-tune's log. */
import { expect, test } from "vitest";
import { RunLog } from "@/jobs/fine-tune/run-log";

test("a run has twenty lines on its loss, each with the mean since the last one", () => {
  const log = new RunLog(0.025);
  const lines = Array.from({ length: 400 }, (_, index) =>
    log.lineOf({
      type: "loss",
      step: index + 1,
      totalSteps: 400,
      loss: index < 20 ? 0.5 : 0.25,
      gradientNorm: 1,
      learningRate: 1e-4,
      stepsPerSecond: 1.2345,
      secondsLeft: 9,
    }),
  ).filter((line) => line !== null);
  expect(lines).toHaveLength(20);
  expect(lines[0]).toBe(
    "Step 20 of 400, epoch 0.5: mean loss 0.500 over 20 steps, learning rate 0.0001, 1.23 steps/s.",
  );
  expect(lines[1]).toContain("Step 40 of 400, epoch 1: mean loss 0.250 over 20 steps");
});

test("a run of few steps has a line for each", () => {
  const log = new RunLog(1);
  const event = {
    type: "loss",
    totalSteps: 2,
    loss: 1,
    gradientNorm: 1,
    learningRate: 1,
    stepsPerSecond: 1,
  } as const;
  expect(log.lineOf({ ...event, step: 1, secondsLeft: 1 })).toContain("Step 1 of 2");
  expect(log.lineOf({ ...event, step: 2, secondsLeft: 0 })).toContain("Step 2 of 2");
});
