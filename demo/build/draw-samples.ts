/** Draws the images of a pack's sets with the platform's own sampler; those that are there already are kept. */
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encodePicture, type PictureRecord, readPictureRecord } from "@/jobs/sample/picture-record";
import { openModel } from "@/lib/diffusion/model/open-model";
import { createPictureSampler, type SampledPicture } from "@/lib/diffusion/sampling/sample-picture";
import { decodeImage } from "@/lib/images/decode-image";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { packedFile, packedPictures } from "../install/pack";
import { worldPicture } from "../world/picture-sets";
import type { PackPlan, PlannedSet } from "./plan";

export type Drawing = {
  readonly plan: PackPlan;
  /** The pack's folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (message: string) => void;
};

/** The held-out caption that an image of a set is drawn for. */
export function captionOf(index: number): string {
  return worldPicture("real-held-out", index).captions[0]!.text;
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
 * @throws SemblanceError as openModel and samplePicture; `signal`'s reason between two images
 */
export async function drawSet(set: PlannedSet, drawing: Drawing): Promise<void> {
  const { plan, folder, signal, say } = drawing;
  const pictures = packedPictures(set);
  await mkdir(join(folder, set.folder), { recursive: true });
  await removeStrangers(set, folder);
  const base = await openRecorded(join(folder, weightsFile(plan, set.base)));
  const upsampler =
    set.upsampler === null ? null : await openRecorded(join(folder, weightsFile(plan, set.upsampler)));
  const models = { base: base.recorded, upsampler: upsampler?.recorded ?? null };
  const { picturesPerCaption: _pictures, firstSeed: _seed, ...settings } = set.settings;
  const sampler = createPictureSampler({ base: base.source, upsampler: upsampler?.source ?? null });
  const enlarged = plan.sampleSets.find(({ key }) => key === set.enlarges);
  const startedAt = Date.now();
  let drawn = 0;
  try {
    for (const [at, picture] of pictures.entries()) {
      signal.throwIfAborted();
      const caption = captionOf(picture.index);
      const files = packedFile(set, picture);
      const wanted = { caption, seed: String(picture.seed), settings, models };
      if (await isDrawn(join(folder, files.picture), wanted)) continue;
      const drawnBase = enlarged && (await readDrawn(join(folder, packedFile(enlarged, picture).picture)));
      const sampled = await sampler.samplePicture({ caption, seed: picture.seed, settings, drawnBase });
      const record: PictureRecord = {
        software: { name: "semblance", version: softwareVersion },
        models,
        ...sampled.record,
      };
      if (sampled.upsampled)
        await writeWhole(join(folder, files.base), await encodePicture(sampled.base, record));
      await writeWhole(
        join(folder, files.picture),
        await encodePicture(sampled.upsampled ?? sampled.base, record),
      );
      drawn++;
      if ((at + 1) % 10 === 0) {
        const secondsEach = (Date.now() - startedAt) / 1000 / drawn;
        say(`${set.key}: ${at + 1} of ${pictures.length} images, ${secondsEach.toFixed(2)} s each`);
      }
    }
  } finally {
    await sampler.release();
  }
  say(`${set.key}: all ${pictures.length} images are there, ${drawn} of them new`);
}

async function openRecorded(path: string) {
  const source = await openModel(path);
  return { source, recorded: { sha256: await hashFile(path), options: source.options } };
}

async function removeStrangers(set: PlannedSet, folder: string): Promise<void> {
  const wanted = new Set(packedPictures(set).flatMap((picture) => Object.values(packedFile(set, picture))));
  for (const name of await readdir(join(folder, set.folder))) {
    if (!wanted.has(join(set.folder, name))) await rm(join(folder, set.folder, name));
  }
}

/** Whether a file is the image of these weights, this caption, seed and settings. */
async function isDrawn(
  path: string,
  wanted: Pick<PictureRecord, "caption" | "seed" | "models"> & { settings: PictureRecord["settings"] },
): Promise<boolean> {
  const record = await readFile(path).then(readPictureRecord, () => null);
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
  return identity(record) === identity(wanted);
}

/** An image of a base as it was sampled. */
async function readDrawn(path: string): Promise<Pick<SampledPicture, "base" | "record">> {
  const png = await readFile(path);
  const { data, width, height } = await decodeImage(png, { name: path });
  const { software: _software, models: _models, ...record } = readPictureRecord(png)!;
  return { base: { data, widthPx: width, heightPx: height }, record };
}

async function writeWhole(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}
