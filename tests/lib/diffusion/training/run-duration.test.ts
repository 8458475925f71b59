/** What a run is estimated to take, from measures of its parts. */
import { expect, test } from "vitest";
import { memoryVerdict, type RunSchedule, runDuration } from "@/lib/diffusion/training/run-duration";
import type { TrialMeasures } from "@/lib/diffusion/training/trial-measures";

const measures: TrialMeasures = {
  imageCount: 10,
  openingSeconds: 3,
  firstStepSeconds: 4,
  stepSeconds: [1, 2, 3],
  validationSeconds: 10,
  previewSeconds: 20,
  stateSeconds: 0.5,
  modelSeconds: 0.25,
  classImageSeconds: null,
  memory: { stepPeakBytes: 1e9, peakBytes: 2e9, availableBytes: 4e9, totalBytes: 8e9, card: null },
  notes: [],
};
const schedule: RunSchedule = {
  epochs: 4,
  batchSize: 2,
  accumulationSteps: 2,
  previewEverySteps: 5,
  validationEverySteps: 4,
  checkpointEverySteps: 3,
  keepEpochs: [1, 2],
  keepBest: true,
};

test("every part counts as often as the schedule has it done", () => {
  // 10 steps: validated before the first and after 4, 8 and 10, previews after 5 and 10, states after 3, 6, 9 and 10.
  const duration = runDuration(measures, schedule);
  expect(duration.totalSteps).toBe(10);
  expect(duration.parts).toEqual([
    { part: "opening", count: 1, seconds: 3 },
    { part: "steps", count: 10, seconds: 4 + 9 * 2 },
    { part: "validation", count: 4, seconds: 40 },
    { part: "previews", count: 2, seconds: 40 },
    // Models of two epochs, the last, and three that may be the best.
    { part: "writing", count: 10, seconds: 4 * 0.5 + 6 * 0.25 },
  ]);
  expect(duration.seconds).toBeCloseTo(3 + 22 + 40 + 40 + 3.5, 12);
  expect(duration.lowSeconds).toBeCloseTo(duration.seconds - 9, 12);
  expect(duration.highSeconds).toBeCloseTo(duration.seconds + 9, 12);
});

test("what a run does not do takes no time", () => {
  const bare = { ...measures, validationSeconds: null, previewSeconds: null, classImageSeconds: 7 };
  const { parts } = runDuration(bare, { ...schedule, epochs: 1, batchSize: 256, keepEpochs: [] });
  expect(parts.map(({ part, count }) => [part, count])).toEqual([
    ["opening", 1],
    ["classImages", 1],
    ["steps", 1],
    ["writing", 2],
  ]);
});

test.each([
  [3.6e9, null, "fits"],
  [3.7e9, null, "tight"],
  [4.1e9, null, "exceeds"],
  [1e9, { usedBytes: 7.5e9, totalBytes: 8e9 }, "tight"],
  [1e9, { usedBytes: 7.5e9, totalBytes: null }, "fits"],
] as const)("%d bytes and the card %j: %s", (peakBytes, card, verdict) => {
  expect(memoryVerdict({ memory: { ...measures.memory, peakBytes, card } })).toBe(verdict);
});
