/** The child process of the engine: kills, crashes, cancels, orphans. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fineTuneSettings } from "@/lib/fine-tunes/fine-tune-settings";
import { sampleSettings } from "@/lib/samples/sample-settings";
import { drawPictures, smallOptions } from "@/tests/lib/diffusion/training/small-run";
import { runEngineTask } from "@/workers/engine-task";
import type { SampleEvent } from "@/workers/tasks/sample";
import type { TrainEvent, TrainInput } from "@/workers/tasks/train";

let folder: string;
let pictures: Awaited<ReturnType<typeof drawPictures>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-engine-task-"));
  pictures = await drawPictures(join(folder, "pictures"));
});
afterAll(() => rm(folder, { recursive: true }));

const trainInput = (run: string, changes: Partial<TrainInput> = {}): TrainInput => ({
  part: "base",
  startWeightsPath: null,
  options: smallOptions,
  pictures,
  settings: fineTuneSettings.parse({
    epochs: 12,
    batchSize: 2,
    checkpointEverySteps: 2,
    keepEpochs: [4],
    seed: 5,
  }),
  directory: join(folder, run),
  provider: "cpu",
  ...changes,
});

async function hashesOf(run: string): Promise<string[]> {
  const checkpoints = join(folder, run, "checkpoints");
  const names = (await readdir(checkpoints)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(checkpoints, name))));
  return contents.map((bytes, i) => `${names[i]} ${createHash("sha256").update(bytes).digest("hex")}`);
}

test("a listener slower than the task is told everything before the result", async () => {
  const told: string[] = [];
  const input = trainInput("slow-listener", {
    settings: { ...trainInput("").settings, epochs: 1, keepEpochs: [] },
  });
  await runEngineTask("train", input, {
    onEvent: async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      told.push(event.type === "checkpoint" ? event.kind : event.type);
    },
  });
  expect(told.at(-1)).toBe("final");
});

describe("training", () => {
  test("killed with SIGKILL at random moments ends with the same bits as undisturbed", async () => {
    await runEngineTask("train", trainInput("undisturbed"));
    const seenSteps: number[] = [];
    let kills = 0;
    for (;;) {
      const kill = new AbortController();
      const onEvent = (event: TrainEvent) => {
        if (event.type === "loss") seenSteps.push(event.step);
        // From the first step of each attempt on, anything up to a few steps later, in whatever it is doing then.
        if (event.type === "loss" && kills < 3) setTimeout(() => kill.abort(), Math.random() * 300);
      };
      const run = runEngineTask("train", trainInput("disturbed"), { signal: kill.signal, onEvent });
      const error = await run.then(() => null).catch((thrown) => thrown);
      if (error === null) break;
      expect(error).toMatchObject({ code: "cancelled" });
      kills += 1;
    }
    expect(kills).toBeGreaterThan(0);
    expect(await hashesOf("disturbed")).toEqual(await hashesOf("undisturbed"));
    // Five processes that each load the engine take a while on a busy machine.
  }, 240_000);
});

/** An endless run of training, to be ended by the test. */
const longInput = (run: string) =>
  trainInput(run, {
    settings: fineTuneSettings.parse({ epochs: 10_000, batchSize: 2, checkpointEverySteps: 5000 }),
  });

/** Process ids of the children of a process (Linux). */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8")),
  );
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves once training has done a step. */
function firstStep(run: string, signal?: AbortSignal) {
  let failed: Promise<unknown> = Promise.resolve();
  const started = new Promise<void>((resolve) => {
    const onEvent = (event: TrainEvent) => {
      if (event.type === "loss") resolve();
    };
    failed = runEngineTask("train", longInput(run), { signal, onEvent }).catch((error) => error);
  });
  return { started, failed };
}

describe.runIf(process.platform === "linux")("the child process", () => {
  test("is gone once a cancelled task has rejected", async () => {
    const cancel = new AbortController();
    const before = await childrenOf(process.pid);
    const { started, failed } = firstStep("cancelled", cancel.signal);
    await started;
    const [child] = (await childrenOf(process.pid)).filter((pid) => !before.includes(pid));
    cancel.abort();
    expect(await failed).toMatchObject({ code: "cancelled" });
    expect(isAlive(child!)).toBe(false);
  });

  test("killed by the system, as for want of memory, comes back as a clear error", async () => {
    const before = await childrenOf(process.pid);
    const { started, failed } = firstStep("killed");
    await started;
    const [child] = (await childrenOf(process.pid)).filter((pid) => !before.includes(pid));
    process.kill(child!, "SIGKILL");
    expect(await failed).toMatchObject({
      code: "unavailable",
      message: "The machine ran out of memory.",
      remedy: expect.stringContaining("smaller batch size"),
    });
  });

  test("ends by itself when its parent is killed", async () => {
    const script = `
      const { runEngineTask } = await import(${JSON.stringify(fileURLToPath(new URL("../../workers/engine-task.ts", import.meta.url)))});
      const onEvent = (event) => event.type === "loss" && console.log(event.step);
      await runEngineTask("train", ${JSON.stringify(longInput("orphan"))}, { onEvent });`;
    const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => parent.stdout.once("data", resolve));
    const children = (await childrenOf(parent.pid!)).filter(isAlive);
    expect(children.length).toBeGreaterThan(0);
    parent.kill("SIGKILL");
    await expect.poll(() => children.some(isAlive), { timeout: 20_000 }).toBe(false);
  });
});

test("an error of the task keeps its code, message and remedy", async () => {
  const missing = trainInput("missing", { pictures: [{ path: join(folder, "gone.png"), captions: ["a"] }] });
  await expect(runEngineTask("train", missing)).rejects.toMatchObject({
    name: "SemblanceError",
    code: "invalid_file",
    message: "gone.png cannot be read as a picture.",
    remedy: expect.any(String),
  });
  await expect(runEngineTask("train", trainInput("part", { part: "upsampler" }))).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test("a listener that fails ends the task with its error", async () => {
  const onEvent = () => Promise.reject(new Error("the database is gone"));
  await expect(runEngineTask("train", longInput("listener"), { onEvent })).rejects.toThrow(
    "the database is gone",
  );
});

test("a task that was cancelled before it began does not begin", async () => {
  const signal = AbortSignal.abort();
  await expect(runEngineTask("train", longInput("never"), { signal })).rejects.toMatchObject({
    code: "cancelled",
  });
  await expect(readdir(join(folder, "never"))).rejects.toThrow("ENOENT");
});

test("sampling stores each picture with what decided it, the same bits every time", async () => {
  const { path } = await runEngineTask("train", {
    ...trainInput("to-sample"),
    settings: fineTuneSettings.parse({ epochs: 1, batchSize: 2 }),
  });
  const settings = sampleSettings.parse({ steps: 4 });
  const requests = [
    { captionId: "c1", caption: "a red square — rød", seed: 7 },
    { captionId: "c2", caption: "a blue square", seed: 8 },
  ];
  const sample = async (name: string, ofThese: typeof requests) => {
    const outputDirectory = join(folder, name);
    await mkdir(outputDirectory);
    const events: SampleEvent[] = [];
    const result = await runEngineTask(
      "sample",
      {
        baseWeightsPath: path,
        baseOptions: null,
        requests: ofThese,
        settings,
        outputDirectory,
        provider: "cpu",
      },
      { onEvent: (event) => void events.push(event) },
    );
    expect(result).toEqual({ pictures: ofThese.length });
    return events;
  };
  const both = await sample("both", requests);
  expect(both.map((event) => event.type === "picture" && [event.captionId, event.seed])).toEqual([
    ["c1", 7],
    ["c2", 8],
  ]);
  const [alone] = await sample("alone", [requests[1]!]);
  expect((await readFile(alone!.path)).equals(await readFile(both[1]!.path))).toBe(true);

  const record = JSON.parse(await readFile(both[0]!.path.replace(/png$/, "json"), "utf8"));
  expect(record).toMatchObject({ caption: "a red square — rød", seed: "7", settings: { steps: 4 } });
  const { comments, width } = await sharp(both[0]!.path).metadata();
  expect(width).toBe(8);
  expect(comments?.map(({ keyword, text }) => [keyword, JSON.parse(text)])).toEqual([["semblance", record]]);
});
