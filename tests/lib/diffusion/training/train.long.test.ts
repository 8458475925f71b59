/** Training runs from beginning to end on drawn images. */
import { createHash } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import {
  access,
  copyFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readLora, withLoras } from "@/lib/diffusion/lora/lora-adapter";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openModel } from "@/lib/diffusion/model/open-model";
import { fingerprintByNames } from "@/lib/diffusion/training/run-start";
import { train } from "@/lib/diffusion/training/train";
import { isTrained } from "@/lib/diffusion/training/trained-part";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { smallOptions, smallRequest } from "./small-run";

// A run takes a second; on a machine that does much else at once, twenty.
vi.setConfig({ testTimeout: 180_000 });

/** What the usual request trains when nothing disturbs it; only to be read. */
let usual: { folder: string; path: string; hash: string };
beforeAll(async () => {
  const own = await mkdtemp(join(tmpdir(), "semblance-trained-"));
  const { path } = await train(await smallRequest(own));
  usual = { folder: own, path, hash: await hashOf(path) };
});
afterAll(() => rm(usual.folder, { recursive: true }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-train-"));
});
afterEach(() => rm(folder, { recursive: true }));

function recorder() {
  const events: TrainingEvent[] = [];
  const of = <Type extends TrainingEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<TrainingEvent, { type: Type }> => event.type === type);
  return { of, onEvent: (event: TrainingEvent) => void events.push(event) };
}

async function readWeights(path: string): Promise<Map<string, Float32Array>> {
  const checkpoint = await openCheckpoint(path);
  const weights = new Map<string, Float32Array>();
  for (const name of checkpoint.tensors.keys()) weights.set(name, await checkpoint.readFloat32(name));
  await checkpoint.close();
  return weights;
}

const hash = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
const hashOf = async (path: string) => hash(await readFile(path));

/** Hashes of a checkpoint's tensors. */
async function hashWeights(path: string): Promise<Record<string, string>> {
  const entries = [...(await readWeights(path))].map(([name, data]) => [
    name,
    hash(new Uint8Array(data.buffer)),
  ]);
  return Object.fromEntries(entries);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("a run", () => {
  test("learns: the loss falls to less than half", async () => {
    const { of, onEvent } = recorder();
    await train(await smallRequest(folder, { settings: { epochs: 32, dropout: 0 }, onEvent }));
    const losses = of("loss").map(({ loss }) => loss);
    expect(losses).toHaveLength(80);
    expect(mean(losses.slice(-15))).toBeLessThan(0.5 * mean(losses.slice(0, 15)));
  });

  test("tells every step, its checkpoints and previews, and writes what it tells of", async () => {
    const { of, onEvent } = recorder();
    const settings = {
      keepEpochs: [2, 4],
      previewCaptions: ["a red square", "nothing"],
      previewSeed: 9,
      previewEverySteps: 6,
    };
    const result = await train(await smallRequest(folder, { settings, onEvent }));
    expect(result).toMatchObject({ steps: 10, epochs: 4 });
    expect(of("loss").map(({ step, totalSteps }) => [step, totalSteps])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i + 1, 10]),
    );
    expect(of("loss").at(-1)).toMatchObject({ learningRate: 1e-3, secondsLeft: 0 });
    expect(of("checkpoint").map(({ kind, step, epoch }) => [kind, step, epoch])).toEqual([
      ["resume", 3, 1.2],
      ["kept", 5, 2],
      ["resume", 6, 2.4],
      ["resume", 9, 3.6],
      ["resume", 10, 4],
      ["final", 10, 4],
    ]);
    expect(of("preview").map(({ step, caption, seed }) => [step, caption, seed])).toEqual([
      [6, "a red square", 9],
      [6, "nothing", 9],
      [10, "a red square", 9],
      [10, "nothing", 9],
    ]);
    for (const { pngPath } of of("preview")) {
      expect(await sharp(pngPath).metadata()).toMatchObject({ format: "png", width: 8, height: 8 });
    }
    expect(await readdir(join(folder, "run", "states"))).toHaveLength(2);
  });

  test("writes a model that opens without options and says how it came about", async () => {
    expect((await openModel(usual.path)).options).toEqual(smallOptions);
    const { metadata, close } = await openCheckpoint(usual.path);
    expect(metadata).toMatchObject({ step: "10", epoch: "4", weights: "moving average" });
    expect(JSON.parse(metadata.training_settings!)).toMatchObject({ learningRate: 1e-3, seed: 3 });
    await close();
  });

  test("without an average writes the weights of the last step, which differ from it", async () => {
    const last = await train(await smallRequest(folder, { run: "last", settings: { emaDecay: 0 } }));
    const [a, b] = [await hashWeights(usual.path), await hashWeights(last.path)];
    expect(a["out.2.weight"]).not.toBe(b["out.2.weight"]);
    const { metadata, close } = await openCheckpoint(last.path);
    expect(metadata.weights).toBe("last step");
    await close();
  });
});

describe("a run that is continued", () => {
  const finalHash = (run: string) => hashOf(join(folder, run, "checkpoints", "final.safetensors"));

  test("after being cancelled continues at the very step, and ends with the same bits", async () => {
    for (const stopAfter of [1, 4, 8]) {
      const stop = new AbortController();
      const onEvent = (event: TrainingEvent) => {
        if (event.type === "loss" && event.step === stopAfter) stop.abort();
      };
      const cancelled = train(await smallRequest(folder, { onEvent, signal: stop.signal }));
      await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    }
    const { of, onEvent } = recorder();
    await train(await smallRequest(folder, { onEvent }));
    expect(of("log")[0]!.message).toContain("Continued after step 8");
    expect(of("loss").map(({ step }) => step)).toEqual([9, 10]);
    expect(await finalHash("run")).toEqual(usual.hash);
  });

  test("after being cancelled in the middle of its previews makes the ones that are missing", async () => {
    const settings = {
      previewCaptions: ["a red square", "nothing"],
      previewEverySteps: 4,
      keepEpochs: [1.6],
    };
    await train(await smallRequest(folder, { run: "whole", settings }));
    const stop = new AbortController();
    const first = recorder();
    const onEvent = (event: TrainingEvent) => {
      first.onEvent(event);
      if (event.type === "preview") stop.abort();
    };
    const cancelled = train(await smallRequest(folder, { settings, onEvent, signal: stop.signal }));
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect(first.of("preview")).toHaveLength(1);
    const second = recorder();
    await train(await smallRequest(folder, { settings, onEvent: second.onEvent }));
    expect(second.of("loss")[0]!.step).toBe(5);
    expect(second.of("preview").map(({ step, caption }) => [step, caption])).toEqual(
      [4, 8, 10].flatMap((step) => settings.previewCaptions.map((caption) => [step, caption])),
    );
    expect(second.of("checkpoint").find(({ kind }) => kind === "kept")).toMatchObject({ step: 4 });
    expect(await finalHash("run")).toEqual(await finalHash("whole"));
  });

  test("after an error, such as images that are out of reach, loses no step either", async () => {
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "loss" && event.step === 4) renameSync(join(folder, "images"), join(folder, "away"));
    };
    const failing = recorder();
    const failed = train(
      await smallRequest(folder, {
        onEvent: (event) => {
          failing.onEvent(event);
          onEvent(event);
        },
      }),
    );
    await expect(failed).rejects.toMatchObject({ code: "invalid_file" });
    const done = failing.of("loss").at(-1)!.step;
    renameSync(join(folder, "away"), join(folder, "images"));
    const { of, onEvent: listen } = recorder();
    await train(await smallRequest(folder, { onEvent: listen }));
    expect(of("loss")[0]!.step).toBe(done + 1);
    expect(await finalHash("run")).toEqual(usual.hash);
  });

  test("without an image that went bad goes on, and names it once", async () => {
    const { of, onEvent } = recorder();
    const request = await smallRequest(folder, {
      onEvent: (event) => {
        onEvent(event);
        if (event.type === "loss" && event.step === 4) {
          writeFileSync(join(folder, "images", "blue.png"), "gone bad");
        }
      },
    });
    const { steps } = await train(request);
    expect(of("loss").at(-1)!.step).toBe(steps);
    expect(of("log").map(({ message }) => message)).toEqual([
      "1 image could not be read and was left out: blue.png is not a readable image.",
    ]);
  });

  test("names every image that it leaves out once, those that go bad later each by itself", async () => {
    const { of, onEvent } = recorder();
    const request = await smallRequest(folder, {
      onEvent: (event) => {
        onEvent(event);
        if (event.type === "loss" && event.step === 4) {
          writeFileSync(join(folder, "images", "blue.png"), "gone bad");
        }
      },
    });
    const bad = Array.from({ length: 7 }, (_, i) => {
      const path = join(folder, "images", `bad-${i}.png`);
      writeFileSync(path, "");
      return { path, captions: ["bad"] };
    });
    await train({ ...request, images: [...request.images, ...bad] });
    const [first, second, ...more] = of("log").map(({ message }) => message);
    expect(first).toMatch(/^7 images could not be read/);
    for (const { path } of bad) expect(first).toContain(basename(path));
    expect(second).toBe(
      "1 image could not be read and was left out: blue.png is not a readable image. 8 have been left out so far.",
    );
    expect(more).toEqual([]);
  });

  test("after any error but a divergence loses no step either", async () => {
    const fail = (event: TrainingEvent) => {
      if (event.type === "loss" && event.step === 4) throw new Error("the listener is gone");
    };
    await expect(train(await smallRequest(folder, { onEvent: fail }))).rejects.toThrow(
      "the listener is gone",
    );
    const { of, onEvent } = recorder();
    await train(await smallRequest(folder, { onEvent }));
    expect(of("loss")[0]!.step).toBe(5);
    expect(await finalHash("run")).toEqual(usual.hash);
  });

  test("falls back to the state before where the newest is damaged, with the same bits", async () => {
    await train(await smallRequest(folder));
    await truncate(join(folder, "run", "states", "step-000000010.safetensors"), 5000);
    await writeFile(join(folder, "run", "states", ".step-000000011.safetensors.x.partial"), "half");
    const { of, onEvent } = recorder();
    await train(await smallRequest(folder, { onEvent }));
    expect(of("log").map(({ message }) => message)).toEqual([
      expect.stringContaining("step-000000010.safetensors is damaged and was skipped"),
      "Continued after step 9 of 10.",
    ]);
    expect(await finalHash("run")).toEqual(usual.hash);
    await expect(
      access(join(folder, "run", "states", ".step-000000011.safetensors.x.partial")),
    ).rejects.toThrow();
  });

  test("may be given more epochs, and then equals a run that had them from the start", async () => {
    await train(await smallRequest(folder, { run: "long", settings: { epochs: 6 } }));
    await train(await smallRequest(folder, { settings: { epochs: 4 } }));
    await train(await smallRequest(folder, { settings: { epochs: 6 } }));
    const [a, b] = await Promise.all(
      ["run", "long"].map((run) => hashWeights(join(folder, run, "checkpoints", "final.safetensors"))),
    );
    expect(a).toEqual(b);
  });

  test("takes the schedule's rates of its steps, ends with the same bits, and cannot be made longer", async () => {
    const settings = { learningRateSchedule: "cosine", warmupSteps: 2 } as const;
    const whole = recorder();
    await train(await smallRequest(folder, { run: "whole", settings, onEvent: whole.onEvent }));
    const stop = new AbortController();
    const first = recorder();
    const onEvent = (event: TrainingEvent) => {
      first.onEvent(event);
      if (event.type === "loss" && event.step === 4) stop.abort();
    };
    const cancelled = train(await smallRequest(folder, { settings, onEvent, signal: stop.signal }));
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    const second = recorder();
    await train(await smallRequest(folder, { settings, onEvent: second.onEvent }));
    const rates = [...first.of("loss"), ...second.of("loss")].map(({ learningRate }) => learningRate);
    expect(rates).toEqual(whole.of("loss").map(({ learningRate }) => learningRate));
    expect(rates).toHaveLength(10);
    expect(rates.slice(0, 3)).toEqual([0, 5e-4, 1e-3]);
    expect(rates[9]).toBeCloseTo((1e-3 * (1 + Math.cos((7 / 8) * Math.PI))) / 2, 12);
    expect(await finalHash("run")).toEqual(await finalHash("whole"));
    const longer = train(await smallRequest(folder, { settings: { ...settings, epochs: 6 } }));
    await expect(longer).rejects.toThrow(/epochs is 6 instead of 4/);
  });

  test("with recomputation on ends with the same bits as one that keeps its activations", async () => {
    await train(await smallRequest(folder, { run: "whole", settings: { recomputation: "off" } }));
    const stop = new AbortController();
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "loss" && event.step === 4) stop.abort();
    };
    const cancelled = train(
      await smallRequest(folder, { settings: { recomputation: "off" }, onEvent, signal: stop.signal }),
    );
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    const { of, onEvent: listen } = recorder();
    await train(await smallRequest(folder, { settings: { recomputation: "on" }, onEvent: listen }));
    expect(of("loss")[0]!.step).toBe(5);
    const [a, b] = await Promise.all(
      ["run", "whole"].map((run) => hashWeights(join(folder, run, "checkpoints", "final.safetensors"))),
    );
    expect(a).toEqual(b);
  });

  test("tells again of the checkpoints it had kept", async () => {
    await train(await smallRequest(folder, { settings: { keepEpochs: [2] } }));
    const { of, onEvent } = recorder();
    await train(await smallRequest(folder, { settings: { keepEpochs: [2] }, onEvent }));
    expect(of("checkpoint").map(({ kind, step }) => [kind, step])).toEqual([
      ["kept", 5],
      ["final", 10],
    ]);
  });

  test("with other settings is rejected and left as it was", async () => {
    await train(await smallRequest(folder));
    const before = await finalHash("run");
    const other = train(await smallRequest(folder, { settings: { learningRate: 1 } }));
    await expect(other).rejects.toMatchObject({
      code: "conflict",
      message: `${join(folder, "run")} holds another run: learningRate is 1 instead of 0.001.`,
      remedy: expect.stringContaining("--out"),
    });
    expect(await finalHash("run")).toEqual(before);
  });

  test("is known by the contents of its checkpoint, not by its name and size", async () => {
    const start = await train(await smallRequest(folder, { run: "start", settings: { epochs: 1 } }));
    const request = await smallRequest(folder, { startWeightsPath: start.path });
    await train(request);
    const before = await finalHash("run");
    const other = await train(await smallRequest(folder, { run: "other", settings: { epochs: 1, seed: 9 } }));
    expect((await stat(other.path)).size).toBe((await stat(start.path)).size);
    const bytes = await readFile(start.path);
    await copyFile(other.path, start.path);
    await expect(train(request)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("the starting checkpoint has changed"),
    });
    expect(await finalHash("run")).toEqual(before);
    await writeFile(start.path, bytes);
    await train(request);
  });

  test("is known by the contents and captions of its images, wherever they are", async () => {
    await train(await smallRequest(folder));
    const request = await smallRequest(folder);
    await cp(join(folder, "images"), join(folder, "moved"), { recursive: true });
    const moved = request.images.map((image) => ({
      ...image,
      path: join(folder, "moved", basename(image.path)),
    }));
    await train({ ...request, images: moved });
    const [red, ...others] = moved;
    const recaptioned = train({ ...request, images: [{ ...red!, captions: ["a ruby"] }, ...others] });
    await expect(recaptioned).rejects.toThrow(/holds another run: red\.png has different captions\./);
    await expect(train({ ...request, images: others })).rejects.toThrow(/red\.png has been removed/);
    // The same size, and the time of its last change put back.
    const { atime, mtime } = await stat(red!.path);
    const bytes = await readFile(red!.path);
    bytes[bytes.length - 9]! ^= 1;
    await writeFile(red!.path, bytes);
    await utimes(red!.path, atime, mtime);
    await expect(train({ ...request, images: moved })).rejects.toThrow(
      /holds another run: red\.png has different contents\./,
    );
  });

  test("of an earlier version, which named it by its files' names, is continued", async () => {
    const stop = new AbortController();
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "loss" && event.step === 5) stop.abort();
    };
    const request = await smallRequest(folder, { onEvent, signal: stop.signal });
    await expect(train(request)).rejects.toMatchObject({ code: "cancelled" });
    const states = join(folder, "run", "states");
    for (const name of await readdir(states)) {
      const path = join(states, name);
      const { metadata, close, tensors, readFloat32 } = await openCheckpoint(path);
      const read = new Map<string, TensorToWrite>();
      for (const [tensor, { shape }] of tensors)
        read.set(tensor, { dtype: "float32", shape, data: await readFloat32(tensor) });
      await close();
      await writeSafetensors(path, read, { ...metadata, fingerprint: await fingerprintByNames(request) });
    }
    await rm(join(folder, "run", "run.json"));
    const { of, onEvent: listen } = recorder();
    await train(await smallRequest(folder, { onEvent: listen }));
    expect(of("loss")[0]!.step).toBe(6);
    expect(await finalHash("run")).toEqual(usual.hash);
  });
});

test.each(["unet", "text"] as const)(
  "training the %s alone leaves the rest at the start's bits",
  async (trained) => {
    const start = await train(await smallRequest(folder, { run: "start", settings: { epochs: 1 } }));
    const request = await smallRequest(folder, { settings: { trained } });
    const { path } = await train({ ...request, startWeightsPath: start.path });
    const [before, after] = [await hashWeights(start.path), await hashWeights(path)];
    const frozen = Object.entries(before).filter(([name]) => !isTrained(trained, name));
    expect(after).toMatchObject(Object.fromEntries(frozen));
    const moved = trained === "text" ? "positional_embedding" : "out.2.weight";
    expect(after[moved]).not.toBe(before[moved]);
  },
);

test("an upsampler trains and previews from the real image made small", async () => {
  const options = parseModelOptions({ ...smallOptions, super_res: true, noise_schedule: "linear" });
  const { of, onEvent } = recorder();
  const settings = { previewCaptions: ["a blue square"], captionDropRate: 0 };
  const { path } = await train(await smallRequest(folder, { options, settings, onEvent }));
  expect((await openModel(path)).options.super_res).toBe(true);
  expect(of("preview")).toHaveLength(1);
  expect(of("loss").every(({ loss }) => Number.isFinite(loss))).toBe(true);
});

test("a loss that is not a number ends the run and leaves the state before it", async () => {
  const request = await smallRequest(folder, {
    settings: { learningRate: 1e30, gradientClipNorm: 1e30, checkpointEverySteps: 1 },
  });
  await expect(train(request)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(/diverged: the loss at step \d+ is/),
    remedy: expect.stringContaining("lower learning rate"),
  });
  const [newest] = (await readdir(join(folder, "run", "states"))).sort().reverse();
  const { close } = await openCheckpoint(join(folder, "run", "states", newest!));
  await close();
});

describe("gradient accumulation", () => {
  test("of two batches is one batch of both", async () => {
    const settings = { epochs: 2, dropout: 0, emaDecay: 0 };
    const [whole, parts] = [recorder(), recorder()];
    const one = await train(
      await smallRequest(folder, {
        run: "one",
        settings: { ...settings, batchSize: 4 },
        onEvent: whole.onEvent,
      }),
    );
    const two = await train(
      await smallRequest(folder, {
        run: "two",
        settings: { ...settings, batchSize: 2, accumulationSteps: 2 },
        onEvent: parts.onEvent,
      }),
    );
    expect(two.steps).toBe(one.steps);
    const losses = whole.of("loss").map(({ loss }) => loss);
    for (const [step, { loss }] of parts.of("loss").entries()) expect(loss).toBeCloseTo(losses[step]!, 4);
    const norms = whole.of("loss").map(({ gradientNorm }) => gradientNorm);
    expect(parts.of("loss")[0]!.gradientNorm).toBeCloseTo(norms[0]!, 4);
  });
});

describe("a LoRA run", () => {
  const settings = { loraRank: 2, loraAlpha: 4, accumulationSteps: 2, epochs: 8, warmupSteps: 2 };
  const convolutions = { ...settings, loraLayers: "attention-and-convolutions" as const };

  test("leaves every other weight as it was, and its adapter on the start is its model", async () => {
    const start = usual;
    const before = await readWeights(start.path);
    const { path } = await train(
      await smallRequest(folder, { run: "lora", settings: convolutions, startWeightsPath: start.path }),
    );
    const after = await readWeights(path);
    const changed = [...after].filter(
      ([name, data]) => hash(new Uint8Array(data.buffer)) !== hash(new Uint8Array(before.get(name)!.buffer)),
    );
    const adapter = await readLora(path.replace("final.", "final.lora."));
    expect(changed.map(([name]) => name).sort()).toEqual([...adapter.pairs.keys()].sort());
    expect(changed.length).toBeGreaterThan(10);
    const adapted = withLoras(await openModel(start.path), [{ adapter, scale: 1 }]);
    for (const [name, { data }] of await adapted.loadWeights(after.keys()))
      expect(data).toEqual(after.get(name));
  });

  test("ends with the same bits when it is interrupted within a step, with a falling rate", async () => {
    const falling = { ...settings, learningRateSchedule: "cosine" as const };
    const whole = await train(await smallRequest(folder, { run: "whole", settings: falling }));
    const stop = new AbortController();
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "loss" && event.step === 4) stop.abort();
    };
    const request = await smallRequest(folder, { run: "parts", settings: falling });
    await expect(train({ ...request, onEvent, signal: stop.signal })).rejects.toThrow("cancelled");
    const { path } = await train(request);
    expect(await hashWeights(path)).toEqual(await hashWeights(whole.path));
    const adapter = (file: string) => file.replace("final.", "final.lora.");
    expect(await hashOf(adapter(path))).toBe(await hashOf(adapter(whole.path)));
  });
});

describe("training to complete images", () => {
  test.each([{ loraRank: 2 }, { trained: "text" as const }])(
    "rejects mask channels that would not learn: %o",
    async (frozen) => {
      const request = await smallRequest(folder, {
        run: "frozen",
        startWeightsPath: usual.path,
        options: { ...smallOptions, inpaint: true },
        startOptions: smallOptions,
        settings: { inpainting: true, ...frozen },
      });
      await expect(train(request)).rejects.toThrow("would not learn");
    },
  );

  test("gives a model mask channels that start without effect, learns, and resumes with the same bits", async () => {
    const start = usual;
    const change = {
      startWeightsPath: start.path,
      options: { ...smallOptions, inpaint: true },
      startOptions: smallOptions,
      settings: { inpainting: true, epochs: 8, dropout: 0 },
    };
    const { of, onEvent } = recorder();
    const whole = await train(await smallRequest(folder, { run: "whole", ...change, onEvent }));
    const opened = await openModel(whole.path);
    expect(opened.options.inpaint).toBe(true);
    const name = "input_blocks.0.0.weight";
    const [before, after] = [
      (await readWeights(start.path)).get(name)!,
      (await readWeights(whole.path)).get(name)!,
    ];
    expect(after.length / before.length).toBeCloseTo(7 / 3);
    expect(after.subarray(3 * 9, 7 * 9).some((value) => value !== 0)).toBe(true);
    expect(of("loss").every(({ loss }) => Number.isFinite(loss))).toBe(true);

    const stop = new AbortController();
    const request = await smallRequest(folder, { run: "parts", ...change });
    const stopping = (event: TrainingEvent) => {
      if (event.type === "loss" && event.step === 4) stop.abort();
    };
    await expect(train({ ...request, onEvent: stopping, signal: stop.signal })).rejects.toThrow("cancelled");
    expect(await hashWeights((await train(request)).path)).toEqual(await hashWeights(whole.path));
  });
});
