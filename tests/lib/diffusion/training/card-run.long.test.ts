/** Training and drawing on a graphics card as people see them: what is told meanwhile, and an end when they ask for it. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { run as runSampling, type SampleEvent } from "@/jobs/sample/engine";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { softwareVulkan, useSoftwareVulkan } from "../../engine/software-vulkan";
import { smallOptions, smallRequest } from "./small-run";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);
vi.setConfig({ testTimeout: 600_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-card-run-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Asks for an end in the middle of what comes next, and tells what was computed from then on, in seconds. */
function stopSoon() {
  const stop = new AbortController();
  let [since, isAsked] = [process.cpuUsage(), false];
  return {
    signal: stop.signal,
    ask(afterMs: number) {
      if (isAsked) return;
      isAsked = true;
      setTimeout(() => {
        since = process.cpuUsage();
        stop.abort();
      }, afterMs);
    },
    get computedSeconds() {
      const { user, system } = process.cpuUsage(since);
      return (user + system) / 1e6;
    },
  };
}

describe.skipIf(driver === null)("a run on a card", () => {
  test("tells each loss at once, and stops within 3 s in the middle of a step", async () => {
    const told: string[] = [];
    const stop = stopSoon();
    const onEvent = (event: TrainingEvent) => {
      told.push(event.type === "loss" ? `loss ${event.step}` : event.type);
      if (event.type === "loss" && event.step === 2) stop.ask(5);
    };
    const settings = { epochs: 40, checkpointEverySteps: 1000, previewCaptions: [] };
    const request = { settings, provider: "webgpu", onEvent, signal: stop.signal } as const;
    await expect(train(await smallRequest(folder, request))).rejects.toMatchObject({ code: "cancelled" });
    expect(stop.computedSeconds).toBeLessThan(3);
    const losses = told.filter((event) => event.startsWith("loss"));
    expect(losses).toEqual(losses.map((_, index) => `loss ${index + 1}`));
    expect(losses.length).toBeLessThan(20);
    // What was learnt is kept, and said to be.
    expect(told.slice(-2)).toEqual(["checkpoint", "log"]);
    expect(await readdir(join(folder, "run", "states"))).not.toEqual([]);
  });

  test("drawing stops within 3 s in a picture, and keeps those that are drawn", async () => {
    const { path } = await train(await smallRequest(folder, { run: "model", settings: { epochs: 1 } }));
    const stop = stopSoon();
    const events: SampleEvent[] = [];
    const drawing = runSampling(
      {
        baseWeightsPath: path,
        baseOptions: smallOptions,
        requests: [4, 5].map((seed) => ({ captionId: "one", caption: "a red square", seed })),
        settings: sampleSettings.parse({ steps: 4 }),
        outputDirectory: folder,
        guessEverySteps: 1,
        provider: "webgpu",
      },
      (event) => {
        events.push(event);
        if (event.type === "image") stop.ask(5);
      },
      stop.signal,
    );
    await expect(drawing).rejects.toMatchObject({ code: "cancelled" });
    expect(stop.computedSeconds).toBeLessThan(3);
    const images = events.flatMap((event) => (event.type === "image" ? [event.seed] : []));
    expect(images).toEqual([4]);
    expect(await readdir(folder)).toContain("one-4.png");
    expect(events.filter(({ type }) => type === "guess").length).toBeLessThan(6);
  });
});
