/**
 * Peak memory and speed of training a model of a preset from random weights:
 * `node --import tsx bench/training-memory.ts [preset] [batch size] [steps] [base|upsampler]`, Linux only.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { type PresetName, presetOptions } from "@/lib/diffusion/model/model-presets";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { train } from "@/lib/diffusion/training/train";

const gigabyte = 1e9;

/** Resident memory of this process, in bytes: now, and at its highest so far. */
async function residentMemory(): Promise<{ now: number; peak: number }> {
  const status = await readFile("/proc/self/status", "utf8");
  const read = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) * 1024;
  return { now: read("VmRSS"), peak: read("VmHWM") };
}

async function measure(preset: PresetName, batchSize: number, steps: number, part: "base" | "upsampler") {
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
      settings: fineTuneSettings.parse({ epochs: steps * batchSize, batchSize, checkpointEverySteps: 1e6 }),
      directory,
      onEvent: (event) => {
        if (event.type === "loss") {
          const seconds = (performance.now() - lastMs) / 1000;
          lastMs = performance.now();
          void report(`step ${event.step}, loss ${event.loss.toFixed(4)}, ${seconds.toFixed(2)} s`);
        } else if (event.type === "checkpoint") void report(`stored ${event.kind}`);
      },
    });
    await report("end");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const [preset = "tiny", batchSize = "1", steps = "4", part = "base"] = process.argv.slice(2);
void measure(preset as PresetName, Number(batchSize), Number(steps), part as "base" | "upsampler");
