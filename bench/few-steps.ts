/**
 * How well few steps of each solver do on the demo's base models: `node --import tsx bench/few-steps.ts [captions]`.
 *
 * For every caption all of them start from the same noise. Measured are the distance of the sample from what 100 steps
 * of DPM-Solver++ make of it, in 8-bit levels (root mean square over the pixels), and in how many samples the fur has the
 * colour that the caption asks for.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { captionOf } from "@/demo/build/draw-samples";
import { openReader } from "@/demo/build/measure-sets";
import { countFidelity } from "@/demo/fidelity/count-fidelity";
import { worldImage } from "@/demo/world/image-sets";
import { openModel } from "@/lib/diffusion/model/open-model";
import type { RgbImage } from "@/lib/diffusion/sampling/rgb-image";
import { createImageSampler, type SamplingSettings } from "@/lib/diffusion/sampling/sample-image";
import { meanInterval, singletons } from "@/lib/metrics/intervals/intervals";

const folder = "demo/pack";
const models = ["base-original", "base-tuned"] as const;
const referenceSteps = 100;
const stepCounts = [8, 10, 15] as const;

const solvers: readonly (readonly [name: string, settings: Partial<SamplingSettings>])[] = [
  ["DPM-Solver++ (2M)", { sampler: "dpm-solver++" }],
  ["UniPC, order 2", { sampler: "unipc", solverOrder: 2 }],
  ["UniPC, order 3", { sampler: "unipc", solverOrder: 3 }],
];

const { positionals } = parseArgs({ allowPositionals: true });
const captions = Number(positionals[0] ?? 32);
const seed = 2000;

function distance(a: RgbImage, b: RgbImage): number {
  const squares = a.data.reduce((sum, value, at) => sum + (value - b.data[at]!) ** 2, 0);
  return Math.sqrt(squares / a.data.length);
}

function meanWithInterval(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const { low, high } = meanInterval(values, singletons(values.length))!;
  return `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

async function fur(images: readonly RgbImage[]): Promise<string> {
  const drawn = await Promise.all(
    images.map(async ({ data, widthPx, heightPx }, index) => ({
      image: await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
        .png()
        .toBuffer(),
      asked: worldImage("real-held-out", index),
      caption: 0,
    })),
  );
  const { right, total, low, high } = (await countFidelity(await openReader(folder), drawn)).fur;
  return `${right} of ${total} (${Math.round(100 * low)}% to ${Math.round(100 * high)}%)`;
}

for (const model of models) {
  const base = await openModel(join(folder, "weights", `${model}.safetensors`));
  const sampler = createImageSampler({ base, threads: 1 });
  const draw = async (settings: Partial<SamplingSettings>): Promise<RgbImage[]> => {
    const images: RgbImage[] = [];
    for (let index = 0; index < captions; index++) {
      images.push((await sampler.sampleImage({ caption: captionOf(index), seed, settings })).base);
    }
    return images;
  };
  const reference = await draw({ sampler: "dpm-solver++", steps: referenceSteps });
  console.log(
    `\n${model}: ${captions} captions, seed ${seed}, guidance 3; reference: fur ${await fur(reference)}\n`,
  );
  console.log(
    "| steps | solver | distance | nearer than DPM-Solver++ by | fur |\n| --- | --- | --- | --- | --- |",
  );
  for (const steps of stepCounts) {
    let ofFirst: number[] = [];
    for (const [name, settings] of solvers) {
      const images = await draw({ ...settings, steps });
      const distances = images.map((image, at) => distance(image, reference[at]!));
      const gains = distances.map((value, at) => (ofFirst[at] ?? value) - value);
      const gain = ofFirst.length === 0 ? "" : meanWithInterval(gains);
      if (ofFirst.length === 0) ofFirst = distances;
      console.log(`| ${steps} | ${name} | ${meanWithInterval(distances)} | ${gain} | ${await fur(images)} |`);
    }
  }
  await sampler.release();
}
