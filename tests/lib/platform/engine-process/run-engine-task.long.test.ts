/** The child process of the engine: kills, crashes, cancels, orphans. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrainEvent, TrainInput } from "@/jobs/fine-tune/engine";
import { trainTask } from "@/jobs/fine-tune/task";
import type { SampleEvent } from "@/jobs/sample/engine";
import { sampleTask } from "@/jobs/sample/task";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import { drawImages, smallOptions } from "@/tests/lib/diffusion/training/small-run";

let folder: string;
let images: Awaited<ReturnType<typeof drawImages>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-engine-task-"));
  images = await drawImages(join(folder, "images"));
});
afterAll(() => rm(folder, { recursive: true }));

const trainInput = (run: string, changes: Partial<TrainInput> = {}): TrainInput => ({
  part: "base",
  startWeightsPath: null,
  options: smallOptions,
  images,
  settings: fineTuneSettings.parse({
    epochs: 36,
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

test("a listener slower than the task gets all events before the result", async () => {
  const told: string[] = [];
  const input = trainInput("slow-listener", {
    settings: { ...trainInput("").settings, epochs: 1, keepEpochs: [] },
  });
  await runEngineTask(trainTask, input, {
    onEvent: async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      told.push(event.type === "checkpoint" ? event.kind : event.type);
    },
  });
  expect(told.at(-1)).toBe("final");
});

describe.runIf(process.platform === "linux")("training", () => {
  test("ends with the same bits when killed with SIGKILL or cancelled at random moments", async () => {
    await runEngineTask(trainTask, trainInput("undisturbed"));
    const messages: string[] = [];
    const [cancel, before] = [new AbortController(), await childrenOf(process.pid)];
    let disturbances = 0;
    const disturb = async () => {
      disturbances += 1;
      if (disturbances === 3) return cancel.abort();
      await killChildrenExcept(before);
    };
    let isUndisturbed = true;
    const onEvent = (event: TrainEvent) => {
      if (event.type === "log") messages.push(event.message);
      if (event.type !== "loss" || !isUndisturbed) return;
      // In each process once, anything up to a few steps after its first one, in whatever it is doing then.
      isUndisturbed = false;
      if (disturbances < 3) setTimeout(disturb, Math.random() * 200);
    };
    const onRestart = (message: string) => {
      messages.push(message);
      isUndisturbed = true;
    };
    const first = runEngineTask(trainTask, trainInput("disturbed"), {
      signal: cancel.signal,
      onEvent,
      onRestart,
    });
    await first.catch((error) => expect(error).toMatchObject({ code: "cancelled" }));
    await runEngineTask(trainTask, trainInput("disturbed"));
    expect(messages.join("\n")).toMatch(/ended by SIGKILL, probably because .* memory\. Resuming/);
    expect(await hashesOf("disturbed")).toEqual(await hashesOf("undisturbed"));
    // Five processes that each load the engine take a while on a busy machine.
  }, 240_000);

  test("that is cancelled saves the state of its last step, quickly", async () => {
    const cancel = new AbortController();
    let steps = 0;
    const onEvent = (event: TrainEvent) => {
      if (event.type !== "loss") return;
      steps = event.step;
      if (steps === 7) cancel.abort();
    };
    let cancelledAt = 0;
    cancel.signal.addEventListener("abort", () => {
      cancelledAt = performance.now();
    });
    const run = runEngineTask(trainTask, longInput("saved"), { signal: cancel.signal, onEvent });
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
    expect(performance.now() - cancelledAt).toBeLessThan(3000);
    expect(steps).toBeGreaterThanOrEqual(7);
    const states = await readdir(join(folder, "saved", "states"));
    expect(states).toEqual([`step-${String(steps).padStart(9, "0")}.safetensors`]);
  });

  test("that does not fit into memory fails with what to do about it", async () => {
    const source = 'export async function run() { throw new Error("Non-zero status: std::bad_alloc"); }';
    const task = { ...trainTask, module: `data:text/javascript,${encodeURIComponent(source)}` };
    await expect(runEngineTask(task, trainInput("too-large"))).rejects.toMatchObject({
      code: "unavailable",
      message: "The machine ran out of memory.",
      remedy: trainTask.savesMemory,
    });
  });

  test("is not tried a second time where that is how the task is", async () => {
    const source =
      'export async function run() { process.kill(process.pid, "SIGKILL"); await new Promise(() => {}); }';
    const module = `data:text/javascript,${encodeURIComponent(source)}`;
    const task = {
      ...trainTask,
      module,
      mostDeaths: 1,
      savesMemory: "Choose less.",
      leaves: "Nothing is left.",
    };
    await expect(runEngineTask(task, trainInput("once"))).rejects.toMatchObject({
      code: "unavailable",
      message: "The engine's process was ended by SIGKILL, probably because the machine ran out of memory.",
      remedy: "Choose less. Nothing is left.",
    });
  });

  test("is given up after its process dies repeatedly, with the likely cause and its state kept", async () => {
    const before = await childrenOf(process.pid);
    const restarts: string[] = [];
    let lastState = "";
    const input = trainInput("given-up", {
      settings: fineTuneSettings.parse({ epochs: 10_000, batchSize: 2, checkpointEverySteps: 20 }),
    });
    const onEvent = async (event: TrainEvent) => {
      if (event.type === "checkpoint") lastState = event.path;
      // The first process stores a state; the others must not get to the next one, however late they are killed.
      if (event.type !== "loss" || (restarts.length === 0 && event.step <= 20)) return;
      await killChildrenExcept(before);
    };
    const run = runEngineTask(trainTask, input, {
      onEvent,
      onRestart: (message) => void restarts.push(message),
    });
    await expect(run).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(
        /ended 4 times in a row .* probably because the machine ran out of memory/,
      ),
      remedy: expect.stringMatching(/smaller batch size.*recomputation.*LoRA.*last saved state is kept/),
    });
    expect(restarts).toHaveLength(3);
    expect(
      (await readdir(join(folder, "given-up", "states"))).map((name) =>
        join(folder, "given-up", "states", name),
      ),
    ).toContain(lastState);
  }, 120_000);
});

/** An endless run of training, to be ended by the test. */
const longInput = (run: string) =>
  trainInput(run, {
    settings: fineTuneSettings.parse({ epochs: 10_000, batchSize: 2, checkpointEverySteps: 5000 }),
  });

/** A file of the project as a script names it in an import. */
const moduleAt = (path: string) =>
  JSON.stringify(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)));

/** Process ids of the children of a process (Linux). */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    // A thread may end while it is looked at.
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

/** Kills children of this process; one that has just ended by itself is no error. */
async function killChildrenExcept(spared: readonly number[]): Promise<void> {
  for (const pid of await childrenOf(process.pid)) {
    if (spared.includes(pid)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
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
    failed = runEngineTask(trainTask, longInput(run), { signal, onEvent }).catch((error) => error);
  });
  return { started, failed };
}

describe.runIf(process.platform === "linux")("the child process", () => {
  test("has ended once a cancelled task has rejected", async () => {
    const cancel = new AbortController();
    const before = await childrenOf(process.pid);
    const { started, failed } = firstStep("cancelled", cancel.signal);
    await started;
    const [child] = (await childrenOf(process.pid)).filter((pid) => !before.includes(pid));
    cancel.abort();
    expect(await failed).toMatchObject({ code: "cancelled" });
    expect(isAlive(child!)).toBe(false);
  });

  test("ends by itself when its parent is killed", async () => {
    const script = `
      const { runEngineTask } = await import(${moduleAt("lib/platform/engine-process/run-engine-task.ts")});
      const { trainTask } = await import(${moduleAt("jobs/fine-tune/task.ts")});
      const onEvent = (event) => event.type === "loss" && console.log(event.step);
      await runEngineTask(trainTask, ${JSON.stringify(longInput("orphan"))}, { onEvent });`;
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
  const missing = trainInput("missing", { images: [{ path: join(folder, "gone.png"), captions: ["a"] }] });
  await expect(runEngineTask(trainTask, missing)).rejects.toMatchObject({
    name: "SemblanceError",
    code: "invalid_file",
    message: expect.stringContaining("gone.png"),
    remedy: expect.any(String),
  });
  await expect(runEngineTask(trainTask, trainInput("part", { part: "upsampler" }))).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test("a listener that fails ends the task with its error", async () => {
  const onEvent = () => Promise.reject(new Error("the database is gone"));
  await expect(runEngineTask(trainTask, longInput("listener"), { onEvent })).rejects.toThrow(
    "the database is gone",
  );
});

test("a task that was cancelled before it began does not begin", async () => {
  const signal = AbortSignal.abort();
  await expect(runEngineTask(trainTask, longInput("never"), { signal })).rejects.toMatchObject({
    code: "cancelled",
  });
  await expect(readdir(join(folder, "never"))).rejects.toThrow("ENOENT");
});

test("sampling stores each image with its settings, with the same bits every time", async () => {
  const { path } = await runEngineTask(trainTask, {
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
    const events: Extract<SampleEvent, { type: "image" }>[] = [];
    await runEngineTask(
      sampleTask,
      {
        baseWeightsPath: path,
        baseOptions: null,
        requests: ofThese,
        settings,
        outputDirectory,
        provider: "cpu",
      },
      { onEvent: (event) => void (event.type === "image" && events.push(event)) },
    );
    return events;
  };
  const both = await sample("both", requests);
  expect(both.map((event) => event.type === "image" && [event.captionId, event.seed])).toEqual([
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

describe.runIf(process.platform === "linux")("sampling", () => {
  const requests = Array.from({ length: 6 }, (_, i) => ({
    captionId: `c${i}`,
    caption: "a red square",
    seed: i,
  }));
  let model: string;
  beforeAll(async () => {
    const settings = fineTuneSettings.parse({ epochs: 1, batchSize: 2 });
    ({ path: model } = await runEngineTask(trainTask, { ...trainInput("to-interrupt"), settings }));
  });
  const sampleInput = async (name: string, steps: number) => {
    const outputDirectory = join(folder, name);
    await mkdir(outputDirectory);
    const settings = sampleSettings.parse({ steps });
    return {
      baseWeightsPath: model,
      baseOptions: null,
      requests,
      settings,
      outputDirectory,
      provider: "cpu",
    } as const;
  };

  test("whose process is killed draws the missing images, and reports each once", async () => {
    const before = await childrenOf(process.pid);
    const told: string[] = [];
    const restarts: string[] = [];
    await runEngineTask(sampleTask, await sampleInput("killed-sampling", 4), {
      onEvent: async (event) => {
        if (event.type === "image") told.push(event.captionId);
        if (told.length !== 2) return;
        await killChildrenExcept(before);
      },
      onRestart: (message) => void restarts.push(message),
    });
    expect(told).toEqual(requests.map(({ captionId }) => captionId));
  });

  test("that is cancelled ends between two steps, with every finished image reported", async () => {
    const cancel = new AbortController();
    const told: string[] = [];
    const input = await sampleInput("cancelled-sampling", 200);
    let cancelledAt = 0;
    const run = runEngineTask(sampleTask, input, {
      signal: cancel.signal,
      onEvent: async (event) => {
        if (!cancelledAt) cancelledAt = performance.now();
        cancel.abort();
        // As slow as a database may be.
        await new Promise((resolve) => setTimeout(resolve, 200));
        if (event.type === "image") told.push(event.path);
      },
    });
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
    expect(performance.now() - cancelledAt).toBeLessThan(3000);
    const drawn = (await readdir(input.outputDirectory)).filter((name) => name.endsWith(".png")).sort();
    expect(told).toEqual(drawn.map((name) => join(input.outputDirectory, name)));
  });
});
