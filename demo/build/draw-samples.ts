/** Draws the images of a pack's sets with the platform's own sampler; those that are there already are kept. */
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encodeImage, type ImageRecord, readImageRecord } from "@/jobs/sample/image-record";
import { openModel } from "@/lib/diffusion/model/open-model";
import { createImageSampler, type SampledImage } from "@/lib/diffusion/sampling/sample-image";
import { sampleSettings, settingsOfEach } from "@/lib/diffusion/sampling/sample-settings";
import { decodeImage } from "@/lib/images/decode-image";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { packedFile, packedImages } from "../install/pack";
import { worldImage } from "../world/image-sets";
import type { PackPlan, PlannedSet } from "./plan";

export type Drawing = {
  readonly plan: PackPlan;
  /** The pack's folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (message: string) => void;
  /** Of each model's session; all of the processor's by default. */
  readonly threads?: number;
};

/** The held-out caption that an image of a set is drawn for. */
export function captionOf(index: number): string {
  return worldImage("real-held-out", index).captions[0]!.text;
}

/** Files of models that a set needs and the pack does not have. */
export async function missingWeights(
  set: PlannedSet,
  { plan, folder }: Pick<Drawing, "plan" | "folder">,
): Promise<string[]> {
  const files = [set.base, set.upsampler].flatMap((key) => (key === null ? [] : [weightsFile(plan, key)]));
  const there = await Promise.all(
    files.map((file) =>
      access(join(folder, file)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, at) => !there[at]);
}

function weightsFile(plan: PackPlan, key: string): string {
  return plan.checkpoints.find((checkpoint) => checkpoint.key === key)!.file;
}

/**
 * Draws a set. Images of other weights or settings, and images that the set does not have, are removed.
 *
 * @throws SemblanceError as openModel and sampleImage; `signal`'s reason between two images
 */
export async function drawSet(set: PlannedSet, drawing: Drawing): Promise<void> {
  const { plan, folder, signal, say, threads } = drawing;
  // Every caption's first sample first: a set that is not finished can be looked at with fewer samples.
  const images = packedImages(set).toSorted((a, b) => a.seed - b.seed);
  await mkdir(join(folder, set.folder), { recursive: true });
  await removeStrangers(set, folder);
  const base = await openRecorded(join(folder, weightsFile(plan, set.base)));
  const upsampler =
    set.upsampler === null ? null : await openRecorded(join(folder, weightsFile(plan, set.upsampler)));
  const models = { base: base.recorded, upsampler: upsampler?.recorded ?? null };
  const settings = settingsOfEach(set.settings);
  const sampler = createImageSampler({
    ...{ base: base.source, upsampler: upsampler?.source ?? null },
    ...(threads !== undefined && { threads }),
  });
  const enlarged = plan.sampleSets.find(({ key }) => key === set.enlarges);
  const startedAt = Date.now();
  let drawn = 0;
  try {
    for (const [at, image] of images.entries()) {
      signal.throwIfAborted();
      const caption = captionOf(image.index);
      const files = packedFile(set, image);
      const wanted = { caption, seed: String(image.seed), settings, models };
      if (await isDrawn(join(folder, files.image), wanted)) continue;
      const drawnBase = enlarged && (await readDrawn(join(folder, packedFile(enlarged, image).image)));
      const sampled = await sampler.sampleImage({ caption, seed: image.seed, settings, drawnBase });
      const record: ImageRecord = {
        software: { name: "semblance", version: softwareVersion },
        models,
        ...sampled.record,
      };
      if (sampled.upsampled)
        await writeWhole(join(folder, files.base), await encodeImage(sampled.base, record));
      await writeWhole(
        join(folder, files.image),
        await encodeImage(sampled.upsampled ?? sampled.base, record),
      );
      drawn++;
      if ((at + 1) % 10 === 0) {
        const secondsEach = (Date.now() - startedAt) / 1000 / drawn;
        say(`${set.key}: ${at + 1} of ${images.length} images, ${secondsEach.toFixed(2)} s each`);
      }
    }
  } finally {
    await sampler.release();
  }
  say(`${set.key}: all ${images.length} images are there, ${drawn} of them new`);
}

async function openRecorded(path: string) {
  const source = await openModel(path);
  return { source, recorded: { sha256: await hashFile(path), options: source.options } };
}

async function removeStrangers(set: PlannedSet, folder: string): Promise<void> {
  const wanted = new Set(packedImages(set).flatMap((image) => Object.values(packedFile(set, image))));
  for (const name of await readdir(join(folder, set.folder))) {
    if (!wanted.has(join(set.folder, name))) await rm(join(folder, set.folder, name));
  }
}

/** Whether a file is the image of these weights, this caption, seed and settings. */
async function isDrawn(
  path: string,
  wanted: Pick<ImageRecord, "caption" | "seed" | "models"> & { settings: ImageRecord["settings"] },
): Promise<boolean> {
  const record = await readFile(path).then(readImageRecord, () => null);
  if (record === null) return false;
  const identity = ({ caption, seed, settings, models }: typeof wanted) => {
    const deciding = Object.entries(settings).filter(
      ([name]) => models.upsampler || !name.startsWith("upsample"),
    );
    return JSON.stringify([
      caption,
      seed,
      deciding.sort(),
      models.base.sha256,
      models.upsampler?.sha256 ?? null,
    ]);
  };
  return (
    identity({ ...record, settings: settingsOfEach(sampleSettings.parse(record.settings)) }) ===
    identity(wanted)
  );
}

/** An image of a base as it was sampled. */
async function readDrawn(path: string): Promise<Pick<SampledImage, "base" | "record">> {
  const png = await readFile(path);
  const { data, width, height } = await decodeImage(png, { name: path });
  const { software: _software, models: _models, ...record } = readImageRecord(png)!;
  return { base: { data, widthPx: width, heightPx: height }, record };
}

async function writeWhole(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}
