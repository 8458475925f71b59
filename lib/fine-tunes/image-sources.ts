/** Where a run's other images come from: those that it is validated on, and class images. Revisions stay as they were when it was started. */
import { z } from "zod";
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import type { LocalFiles } from "@/lib/platform/storage/local-files";
import { photographs } from "../datasets/photographs";
import { captionsAt, imagesAt } from "../datasets/revisions/at-revision";

const photographSource = z.object({
  datasetId: z.uuid(),
  revision: z.number().int(),
  /** Null: all photographs of the dataset. */
  split: z.enum(["TRAINING", "HELD_OUT"]).nullable(),
});
type PhotographSource = z.infer<typeof photographSource>;

export const imageSources = z.object({
  /** Null: the run is not validated, or on a share of its own images. */
  validation: photographSource.nullable(),
  /** Existing class images for prior preservation; null: none, or they are drawn. */
  classImages: z
    .union([photographSource, z.object({ sampleSetId: z.uuid() })])
    .nullable()
    .default(null),
});
export type ImageSources = z.infer<typeof imageSources>;

/**
 * Finds what the settings name.
 *
 * @param own the dataset that the run learns from
 * @throws SemblanceError `not_found` or `invalid_input` with the form's field in `details.field`
 */
export async function findImageSources(
  { validationEverySteps, validationShare, validationSet, classImages }: FineTuneSettings,
  own: { datasetId: string; revision: number },
): Promise<ImageSources> {
  const isValidated = validationEverySteps > 0 && validationShare === 0;
  return {
    validation: isValidated ? await findValidation(validationSet, own) : null,
    classImages: classImages === "" ? null : await findClass(classImages),
  };
}

async function findValidation(
  name: string,
  own: { datasetId: string; revision: number },
): Promise<PhotographSource> {
  if (name === "") {
    const source = { ...own, split: "HELD_OUT" } as const;
    if ((await db.image.count({ where: photographsOf(source) })) > 0) return source;
    throw new SemblanceError(
      "invalid_input",
      "The run is to be validated, but its dataset has no held-out photographs.",
      {
        remedy:
          "Split the dataset on its page, keep a share of its images for validation, or name another dataset.",
        details: { field: "settings.validationEverySteps" },
      },
    );
  }
  const field = "settings.validationSet";
  const dataset = await db.dataset.findFirst({ where: { name, state: "READY" } });
  if (!dataset) {
    throw new SemblanceError("not_found", `There is no dataset “${name}” to validate on.`, {
      remedy: "Give the name of a dataset as it is listed, or leave the field empty.",
      details: { field },
    });
  }
  if (dataset.id === own.datasetId) {
    throw new SemblanceError("invalid_input", `“${name}” is the dataset that the run learns from.`, {
      remedy: "Leave the field empty to validate on its held-out images.",
      details: { field },
    });
  }
  const source = { datasetId: dataset.id, revision: dataset.revision, split: null };
  if ((await db.image.count({ where: photographsOf(source) })) > 0) return source;
  throw new SemblanceError("invalid_input", `The dataset “${name}” has no photographs to validate on.`, {
    remedy: "Choose a dataset with photographs.",
    details: { field },
  });
}

/** A dataset, or else a sample set, of this name. */
async function findClass(name: string): Promise<ImageSources["classImages"]> {
  const field = "settings.classImages";
  const dataset = await db.dataset.findFirst({ where: { name, state: "READY" } });
  const set = dataset ? null : await db.sampleSet.findFirst({ where: { name } });
  const source = dataset
    ? { datasetId: dataset.id, revision: dataset.revision, split: null }
    : set && { sampleSetId: set.id };
  if (source === null) {
    throw new SemblanceError("not_found", `There is no dataset or sample set “${name}” of class images.`, {
      remedy: "Give a name as it is listed, or leave the field empty to have class images drawn.",
      details: { field },
    });
  }
  const count =
    "sampleSetId" in source
      ? await db.sample.count({ where: source })
      : await db.image.count({ where: photographsOf(source) });
  if (count > 0) return source;
  throw new SemblanceError("invalid_input", `“${name}” has no images of the class.`, {
    remedy: "Choose a dataset or sample set with images, or leave the field empty to have them drawn.",
    details: { field },
  });
}

/** Class images as files of this machine. @param files see captionedPhotographs */
export async function classImageFiles(
  source: NonNullable<ImageSources["classImages"]>,
  files: LocalFiles,
): Promise<SourceFile[]> {
  if (!("sampleSetId" in source)) return captionedPhotographs(source, files);
  const samples = await db.sample.findMany({
    where: source,
    orderBy: { id: "asc" },
    select: { blobSha256: true, baseSha256: true, caption: { select: { text: true } } },
  });
  const hashes = samples.map(({ blobSha256, baseSha256 }) => baseSha256 ?? blobSha256);
  const paths = await files.imagePathsOf(hashes);
  return samples.map(({ caption: { text } }, at) => ({
    path: paths[at]!,
    name: text,
    captions: [text],
    sha256: hashes[at]!,
  }));
}

function photographsOf({ datasetId, revision, split }: PhotographSource) {
  return { datasetId, ...photographs, ...imagesAt(revision, split ?? undefined) };
}

/** An image as a file of this machine. */
export type SourceFile = { path: string; name: string; captions: string[]; sha256: string };

/**
 * The photographs of a source with their captions, in the dataset's order.
 *
 * @param files holds them until whoever made it releases them
 */
export async function captionedPhotographs(
  source: PhotographSource,
  files: LocalFiles,
): Promise<SourceFile[]> {
  const rows = await db.image.findMany({
    where: photographsOf(source),
    orderBy: { position: "asc" },
    include: {
      captions: {
        where: captionsAt(source.revision),
        orderBy: { position: "asc" },
        select: { text: true },
      },
    },
  });
  const paths = await files.imagePathsOf(rows.map(({ blobSha256 }) => blobSha256!));
  return rows.map(({ blobSha256, fileName, stem, captions }, at) => ({
    path: paths[at]!,
    name: fileName ?? stem,
    captions: captions.map(({ text }) => text),
    sha256: blobSha256!,
  }));
}
