import { expect, test } from "vitest";
import { type LiveRun, merge } from "@/app/admin/fine-tunes/[fineTuneId]/use-live-run";

const empty: LiveRun = {
  state: "RUNNING",
  step: 0,
  totalSteps: 10,
  stepsPerSecond: null,
  secondsLeft: null,
  error: null,
  warning: null,
  startedAt: null,
  finishedAt: null,
  losses: [],
  validations: [],
  previews: [],
  log: [],
  checkpoints: [],
};

const loss = (step: number, value: number) => ({ step, loss: value, gradientNorm: 1, learningRate: 1 });

const logLines = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: String(first + index),
    at: "2026-01-01T00:00:00.000Z",
    message: "",
  }));

test("a step that was measured again shows its newer loss", () => {
  const merged = merge(
    { ...empty, losses: [loss(1, 3), loss(2, 2)] },
    { ...empty, losses: [loss(2, 9), loss(3, 1)] },
  );
  expect(merged.losses.map((point) => [point.step, point.loss])).toEqual([
    [1, 3],
    [2, 9],
    [3, 1],
  ]);
});

test("an open tab keeps the newest 500 lines of the log", () => {
  const merged = merge({ ...empty, log: logLines(0, 499) }, { ...empty, log: logLines(499, 51) });
  expect(merged.log.map((line) => line.id)).toEqual(logLines(50, 500).map((line) => line.id));
});
