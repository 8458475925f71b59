/**
 * Peak memory and speed of training a model of a preset from random weights, Linux only:
 * `node --import tsx bench/training-memory.ts [preset] [batch size] [steps] [base|upsampler] [auto|on|off]`, the last
 * for recomputation.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { type PresetName, presetOptions } from "@/lib/diffusion/model/model-presets";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { train } from "@/lib/diffusion/training/train";

const gigabyte = 1e9;

/** Resident memory of this process, in bytes: now, and at its highest so far. */
async function residentMemory(): Promise<{ now: number; peak: number }> {
  const status = await readFile("/proc/self/status", "utf8");
  const read = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) * 1024;
  return { now: read("VmRSS"), peak: read("VmHWM") };
}

type Measured = {
  readonly preset: PresetName;
  readonly batchSize: number;
  readonly steps: number;
  readonly part: "base" | "upsampler";
  readonly recomputation: FineTuneSettings["recomputation"];
};

async function measure({ preset, batchSize, steps, part, recomputation }: Measured) {
  const directory = await mkdtemp(join(tmpdir(), "semblance-memory-"));
  try {
    const path = join(directory, "grey.png");
    await sharp({ create: { width: 256, height: 256, channels: 3, background: "#888888" } })
      .png()
      .toFile(path);
    let lastMs = performance.now();
    const report = async (message: string) => {
      const { now, peak } = await residentMemory();
      console.log(
        `${message}: ${(now / gigabyte).toFixed(2)} GB resident, ${(peak / gigabyte).toFixed(2)} GB peak`,
      );
    };
    await train({
      options: presetOptions(preset, part),
      startWeightsPath: null,
      images: [{ path, captions: ["a grey square"] }],
      settings: fineTuneSettings.parse({
        epochs: steps * batchSize,
        batchSize,
        recomputation,
        checkpointEverySteps: 1e6,
      }),
      directory,
      onEvent: (event) => {
        if (event.type === "loss") {
          const seconds = (performance.now() - lastMs) / 1000;
          lastMs = performance.now();
          void report(`step ${event.step}, loss ${event.loss.toFixed(4)}, ${seconds.toFixed(2)} s`);
        } else if (event.type === "checkpoint") void report(`stored ${event.kind}`);
        else if (event.type === "log") console.log(event.message);
      },
    });
    await report("end");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const [preset = "tiny", batchSize = "1", steps = "4", part = "base", recomputation = "auto"] =
  process.argv.slice(2);
void measure({
  preset: preset as PresetName,
  batchSize: Number(batchSize),
  steps: Number(steps),
  part: part as Measured["part"],
  recomputation: recomputation as Measured["recomputation"],
});
