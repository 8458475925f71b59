/** Where a training runs whose graphics card was refused, or ends its processes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run, type TrainInput } from "@/jobs/fine-tune/engine";
import { trainTask } from "@/jobs/fine-tune/task";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";

const directory = mkdtempSync(join(tmpdir(), "semblance-train-task-"));
afterAll(() => rmSync(directory, { recursive: true }));

function input(whenCardFails: "stop" | "processor", changes: Partial<TrainInput> = {}): TrainInput {
  return {
    part: "base",
    startWeightsPath: null,
    options: null,
    images: [],
    settings: fineTuneSettings.parse({ whenCardFails }),
    directory,
    provider: "webgpu:1",
    ...changes,
  };
}

test("processes that end without progress are taken for the driver's fault at the second time", () => {
  const given = input("processor");
  expect(trainTask.remaining(given, [], 1)).toEqual(given);
  expect(trainTask.remaining(given, [], 2)).toEqual({
    ...given,
    provider: "cpu",
    providerRefusal: "webgpu:1 is no longer used: its process ended 2 times without progress",
  });
  for (const kept of [input("stop"), input("processor", { provider: "cpu" })]) {
    expect(trainTask.remaining(kept, [], 3)).toEqual(kept);
  }
});

test("a provider that was asked for and is not used ends the run, or is named in its log", async () => {
  const refused = {
    provider: "cpu",
    providerRefusal: "webgpu is not used: it computes wrong numbers",
  } as const;
  const outcomeOf = async (given: TrainInput) => {
    const log: string[] = [];
    const tell = (event: { type: string; message?: string }) => void log.push(event.message ?? event.type);
    const error: unknown = await run(given, tell, new AbortController().signal, []).catch((thrown) => thrown);
    return { error: error as SemblanceError, log };
  };
  const stopped = await outcomeOf(input("stop", refused));
  expect(stopped.error).toBeInstanceOf(SemblanceError);
  expect(stopped.error).toMatchObject({
    code: "unavailable",
    message: "webgpu is not used: it computes wrong numbers.",
  });
  const { log } = await outcomeOf(input("processor", refused));
  expect(log[0]).toBe("webgpu is not used: it computes wrong numbers. The run uses cpu.");
});
