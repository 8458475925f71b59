/** Runs that are asked for their weights and previews while they train. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type RunRequest, RunRequests } from "@/lib/diffusion/training/run-requests";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { smallRequest } from "./small-run";

vi.setConfig({ testTimeout: 180_000 });

const settings = { epochs: 8, accumulationSteps: 2, previewCaptions: ["a red square"] };

let folder: string;
/** The same run, undisturbed, which keeps the weights after two and four epochs: steps 3 and 5. */
let whole: { path: string; kept: Map<number, string> };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-requests-"));
  const kept = new Map<number, string>();
  const request = await smallRequest(folder, { run: "whole", settings: { ...settings, keepEpochs: [2, 4] } });
  const { path } = await train({
    ...request,
    onEvent: (event) => {
      if (event.type === "checkpoint" && event.kind === "kept") kept.set(event.step, event.path);
    },
  });
  whole = { path, kept };
});
afterAll(() => rm(folder, { recursive: true }));

async function hashWeights(path: string): Promise<string> {
  const checkpoint = await openCheckpoint(path);
  const hash = createHash("sha256");
  for (const name of [...checkpoint.tensors.keys()].sort()) hash.update(await checkpoint.readFloat32(name));
  await checkpoint.close();
  return hash.digest("hex");
}

test("a run writes and draws what it is asked for within a step, and ends with the same bits", async () => {
  const asked: RunRequest[] = [{ id: "before the first step", kind: "save" }];
  const events: TrainingEvent[] = [];
  const request = await smallRequest(folder, { run: "asked", settings });
  const { path } = await train({
    ...request,
    requests: new RunRequests(asked),
    onEvent: (event) => {
      events.push(event);
      if (event.type === "loss" && event.step === 5) {
        asked.push({ id: "previews", kind: "sample" }, { id: "weights", kind: "save" });
      }
    },
  });
  const told = events.filter((event) => "step" in event && event.type !== "loss");
  const steps = told.filter(({ step }) => step < 10);
  expect(steps.map((event) => [event.type, event.step, "kind" in event ? event.kind : ""])).toEqual([
    ["checkpoint", 1, "saved"],
    ["checkpoint", 1, "resume"],
    ["answered", 1, ""],
    ["checkpoint", 3, "resume"],
    ["preview", 5, ""],
    ["answered", 5, ""],
    ["checkpoint", 5, "saved"],
    ["checkpoint", 5, "resume"],
    ["answered", 5, ""],
    ["checkpoint", 6, "resume"],
    ["checkpoint", 9, "resume"],
  ]);
  const answered = events.flatMap((event) => (event.type === "answered" ? [event.request.id] : []));
  expect(answered).toEqual(["before the first step", "previews", "weights"]);
  const saved = join(request.directory, "checkpoints", "step-000000005.safetensors");
  expect(await hashWeights(saved)).toBe(await hashWeights(whole.kept.get(5)!));
  expect(await hashWeights(saved)).not.toBe(await hashWeights(whole.kept.get(3)!));
  expect(await hashWeights(path)).toBe(await hashWeights(whole.path));
});

test("a run that is stopped after it saved goes on from there, with the same bits", async () => {
  const stop = new AbortController();
  const asked: RunRequest[] = [];
  const request = await smallRequest(folder, { run: "stopped", settings });
  const first = train({
    ...request,
    requests: new RunRequests(asked),
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "loss" && event.step === 4) asked.push({ id: "weights", kind: "save" });
      if (event.type === "answered") stop.abort();
    },
  });
  await expect(first).rejects.toThrow("cancelled");
  const log: string[] = [];
  const { path } = await train({
    ...request,
    onEvent: (event) => {
      if (event.type === "log") log.push(event.message);
    },
  });
  expect(log).toContainEqual(expect.stringContaining("Continued after step 4"));
  expect(await hashWeights(path)).toBe(await hashWeights(whole.path));
  expect(basename(path)).toBe("final.safetensors");
  expect(await readFile(path)).not.toHaveLength(0);
});
