/** A trial beside the run that it is made of. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { extrapolate } from "@/lib/diffusion/training/laps";
import { runDuration } from "@/lib/diffusion/training/run-duration";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { type TrialEvent, tryTraining } from "@/lib/diffusion/training/training-trial";
import { trialMeasures } from "@/lib/diffusion/training/trial-measures";
import { smallRequest } from "./small-run";

const folder = await mkdtemp(join(tmpdir(), "semblance-trial-"));
afterAll(() => rm(folder, { recursive: true }));

const settings = {
  epochs: 3,
  accumulationSteps: 2,
  validationShare: 0.4,
  validationEverySteps: 2,
  previewCaptions: ["a red square", "a blue square"],
  previewEverySteps: 2,
  checkpointEverySteps: 2,
  keepEpochs: [1],
};

test("a trial measures every part of a run, which then does each as often as was estimated", async () => {
  const told: TrialEvent[] = [];
  const { onEvent: _, ...request } = await smallRequest(folder, { run: "trial", settings });
  const measures = trialMeasures.parse(
    await tryTraining({ ...request, onEvent: (event) => told.push(event) }),
  );
  expect(measures).toMatchObject({ imageCount: 3, classImageSeconds: null });
  expect(measures.stepSeconds).toHaveLength(20);
  expect(measures.memory.peakBytes).toBeGreaterThanOrEqual(measures.memory.stepPeakBytes);
  expect(measures.memory.stepPeakBytes).toBeGreaterThan(5e7);
  expect([...new Set(told.map(({ phase }) => phase))]).toEqual([
    "opening",
    "steps",
    "validation",
    "previews",
    "writing",
  ]);

  const events: TrainingEvent[] = [];
  await train(await smallRequest(folder, { settings, onEvent: (event) => events.push(event) }));
  const count = (type: TrainingEvent["type"]) => events.filter((event) => event.type === type).length;
  const parts = new Map(runDuration(measures, request.settings).parts.map((part) => [part.part, part.count]));
  expect(parts.get("steps")).toBe(count("loss"));
  expect(parts.get("validation")).toBe(count("validation"));
  expect(parts.get("previews")! * settings.previewCaptions.length).toBe(count("preview"));
  // Every validation is counted as one that may be the best; the run tells of its last best model alone.
  const best = count("validation") - 1;
  const written = events.filter((event) => event.type === "checkpoint" && event.kind !== "best");
  expect(parts.get("writing")).toBe(written.length + best);
}, 60_000);

test("a trial that is cancelled ends and leaves no state", async () => {
  const { onEvent: _, ...request } = await smallRequest(folder, { run: "stopped" });
  const stopped = new AbortController();
  stopped.abort();
  await expect(tryTraining({ ...request, signal: stopped.signal })).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(await readdir(join(folder, "stopped", "states"))).toEqual([]);
});

test("more pieces take as long as the later ones of those measured", () => {
  expect(extrapolate([5, 1, 3], 10)).toBe(5 + 9 * 2);
  expect(extrapolate([4], 3)).toBe(12);
  expect(extrapolate([4, 1], 0)).toBe(0);
});
