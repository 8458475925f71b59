/**
 * Does CLIP guidance help the demo's original model? `node --import tsx bench/clip-guidance.ts [--captions N --steps N]`.
 *
 * The demo's original base, which mostly gets furs wrong, draws the same held-out captions from the same seeds without
 * guidance, with classifier-free guidance, with the demo's noised CLIP, and with both. Judges are the attribute reader and the
 * demo's CLIP for metrics, neither of which is the noised CLIP. Interrupted, the same command continues; `--report` only
 * prints what is there.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { captionOf } from "@/demo/build/draw-samples";
import { countSet, evaluateSet, openReader } from "@/demo/build/measure-sets";
import { noisedClipFolder, packedFile, packedImages } from "@/demo/install/pack";
import { encodePng } from "@/jobs/sample/image-record";
import { openModel } from "@/lib/diffusion/model/open-model";
import { clipFilesIn } from "@/lib/diffusion/noised-clip/clip-files";
import { openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import { createImageSampler } from "@/lib/diffusion/sampling/sample-image";
import { guidanceWords, sampleSettings, usesClip } from "@/lib/diffusion/sampling/sample-settings";

const { values } = parseArgs({
  options: {
    work: { type: "string", default: "demo/work" },
    pack: { type: "string", default: "demo/pack" },
    base: { type: "string", default: "base-original" },
    captions: { type: "string", default: "64" },
    steps: { type: "string", default: "25" },
    scale: { type: "string", default: "3" },
    "clip-scales": { type: "string", default: "1,3" },
    report: { type: "boolean", default: false },
  },
});
const { work, pack } = values;
const captions = Number(values.captions);
const guidanceScale = Number(values.scale);
const clipScales = values["clip-scales"].split(",").map(Number);

const guidances = [
  { guidance: "none" },
  { guidance: "classifier-free", guidanceScale },
  ...clipScales.map((clipGuidanceScale) => ({ guidance: "clip", clipGuidanceScale })),
  ...clipScales.map((clipGuidanceScale) => ({ guidance: "both", guidanceScale, clipGuidanceScale })),
].map((guidance) => sampleSettings.parse({ sampler: "ancestral", steps: Number(values.steps), ...guidance }));

type Guidance = (typeof guidances)[number];

const setOf = (settings: Guidance) => ({
  ...{ captions, settings, upsampler: null },
  folder: join("samples", values.base, guidanceWords(settings).replaceAll(/[ ,]+/g, "-")),
});

async function drawAll(settings: Guidance): Promise<void> {
  const set = setOf(settings);
  await mkdir(join(work, set.folder), { recursive: true });
  const sampler = createImageSampler({
    base: await openModel(join(pack, "weights", `${values.base}.safetensors`)),
    clip: usesClip(settings)
      ? await openNoisedClip(clipFilesIn(join(pack, noisedClipFolder)), { threads: 1 })
      : null,
    threads: 1,
  });
  try {
    for (const image of packedImages(set)) {
      const path = join(work, packedFile(set, image).image);
      if (existsSync(path)) continue;
      const { base } = await sampler.sampleImage({
        caption: captionOf(image.index),
        seed: image.seed,
        settings,
      });
      await writeFile(`${path}.partial`, await encodePng(base));
      await rename(`${path}.partial`, path);
    }
  } finally {
    await sampler.release();
  }
}

async function report(settings: Guidance): Promise<void> {
  await mkdir(join(work, "weights"), { recursive: true });
  await copyFile(join(pack, "weights", "clip.safetensors"), join(work, "weights", "clip.safetensors"));
  const set = setOf(settings);
  const { fur, setting } = await countSet(await openReader(pack), set, work);
  const measuring = { folder: work, work, cacheFolder: join(work, "features"), heldOutImages: 240 };
  const { scores } = await evaluateSet(set, null, measuring);
  const share = ({ right, total, low, high }: typeof fur) =>
    `${right} of ${total} (${Math.round(100 * low)}–${Math.round(100 * high)}%)`;
  const cells = scores.map(
    ({ value, low, high }) =>
      `${value?.toFixed(3)} (${low === null ? "none" : `${low.toFixed(3)} to ${high?.toFixed(3)}`})`,
  );
  console.log(`| ${[guidanceWords(settings), share(fur), share(setting), ...cells].join(" | ")} |`);
}

if (!values.report) {
  for (const settings of guidances) {
    await drawAll(settings);
    console.error(`${new Date().toISOString().slice(11, 19)} ${guidanceWords(settings)}: all are drawn`);
  }
}
console.log("| guidance | fur | setting | FD | KID | CLIP score |\n| --- | --- | --- | --- | --- | --- |");
for (const settings of guidances) await report(settings);
