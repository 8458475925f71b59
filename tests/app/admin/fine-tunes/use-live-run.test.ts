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
  finalLoss: null,
  durationSeconds: null,
  stride: 1,
  curves: {},
  validations: [],
  previews: [],
  log: [],
  checkpoints: [],
};

const logLines = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: String(first + index),
    at: "2026-01-01T00:00:00.000Z",
    level: "INFO" as const,
    message: "",
  }));

test("a step that was measured again shows its newer loss", () => {
  const known = { loss: [[1, 3] as const, [2, 2] as const], learningRate: [[1, 1e-4] as const] };
  const merged = merge(
    { ...empty, curves: known },
    {
      ...empty,
      curves: {
        loss: [
          [2, 9],
          [3, 1],
        ],
      },
    },
  );
  expect(merged.curves).toEqual({
    loss: [
      [1, 3],
      [2, 9],
      [3, 1],
    ],
    learningRate: [[1, 1e-4]],
  });
});

test("a point that goes on standing for more steps replaces itself", () => {
  const known = { loss: [[10, 3, 2, 4] as const, [13, 2, 1, 3] as const] };
  const fresh = { loss: [[17, 2.5, 1, 5] as const] };
  const merged = merge({ ...empty, stride: 10, curves: known }, { ...empty, stride: 10, curves: fresh });
  expect(merged.curves.loss).toEqual([
    [10, 3, 2, 4],
    [17, 2.5, 1, 5],
  ]);
});

test("points that stand for another number of steps replace all others", () => {
  const known = { loss: [[1, 3] as const] };
  const fresh = { loss: [[10, 2.5, 1, 5] as const] };
  const merged = merge({ ...empty, curves: known }, { ...empty, stride: 10, curves: fresh });
  expect(merged.curves.loss).toEqual(fresh.loss);
});

test("an open tab keeps the newest 500 lines of the log", () => {
  const merged = merge({ ...empty, log: logLines(0, 499) }, { ...empty, log: logLines(499, 51) });
  expect(merged.log.map((line) => line.id)).toEqual(logLines(50, 500).map((line) => line.id));
});
