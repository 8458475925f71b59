/** The train and sample verbs on drawn images. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sample } from "@/cli/sample";
import { train } from "@/cli/train";
import { drawImages, smallOptions } from "../lib/diffusion/training/small-run";

// Every verb starts a process that loads the engine.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-cli-train-"));
  await drawImages(join(folder, "images"));
  await writeFile(join(folder, "options.json"), JSON.stringify(smallOptions));
});
afterAll(() => rm(folder, { recursive: true }));

function printed() {
  const parts: string[] = [];
  const output = { write: (part: string | Uint8Array) => parts.push(String(part)) > 0 };
  return { output, text: () => parts.join("") };
}

test("a folder is trained on, and the model it makes is sampled", async () => {
  const run = join(folder, "run");
  const training = printed();
  const settings = {
    epochs: 2,
    batchSize: 5,
    keepEpochs: 1,
    previewCaption: ["a red square", "7"],
    provider: "cpu",
  } as const;
  await writeFile(join(folder, "images", "stray.png"), "");
  const modelOptions = join(folder, "options.json");
  const code = await train(join(folder, "images"), { ...settings, out: run, modelOptions }, training.output);
  expect(code).toBe(0);
  expect(training.text()).toContain("5 images, on cpu");
  expect(training.text()).toContain("stray.png has no caption and is skipped");
  expect(training.text()).toMatch(
    /step 2\/2 {2}loss \d\.\d{4} {2}gradient \d+\.\d{3} {2}.* steps\/s {2}0 s left/,
  );
  expect(training.text()).toContain('preview of "7"');
  expect((await readdir(join(run, "checkpoints"))).sort()).toEqual([
    "epoch-00001.safetensors",
    "final.safetensors",
  ]);

  await writeFile(join(folder, "captions.txt"), "a blue square\n\na red square\n");
  const sampling = printed();
  const out = join(folder, "samples");
  await sample(
    {
      base: join(run, "checkpoints", "final.safetensors"),
      caption: "a grey square",
      captions: join(folder, "captions.txt"),
      samples: 2,
      seed: 5,
      steps: 2,
      out,
      provider: "cpu",
    },
    sampling.output,
  );
  const pngs = (await readdir(out)).filter((name) => name.endsWith(".png")).sort();
  expect(pngs).toEqual(["0001-5.png", "0001-6.png", "0002-5.png", "0002-6.png", "0003-5.png", "0003-6.png"]);
  expect(sampling.text().trim().split("\n")).toHaveLength(6);
  const record = JSON.parse(await readFile(join(out, "0002-6.json"), "utf8"));
  expect(record).toMatchObject({ caption: "a blue square", seed: "6" });
});

test("options out of range are named before anything is done", async () => {
  const wrong = train(join(folder, "images"), { epochs: 0, learningRate: -1, out: join(folder, "none") });
  await expect(wrong).rejects.toThrow(/--epochs.*\n--learning-rate/);
  await expect(train(join(folder, "images"), { part: "middle" })).rejects.toThrow(
    "--part must be base or upsampler",
  );
  await expect(sample({ caption: "a" })).rejects.toThrow("--base is missing");
  await expect(sample({ base: "x" })).rejects.toThrow("no caption to sample");
  await expect(sample({ base: "x", caption: "a", guidanceScale: -1 })).rejects.toThrow("--guidance-scale");
  expect(await readdir(folder)).not.toContain("none");
});
