/** The photographs of a dataset that a run learns from, and by which words their captions are read. */

import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { getWordLists, getWordListVersion } from "../audit/dataset-word-lists";
import { photographs } from "../photographs";
import { captionsAt, imagesAt } from "../revisions/at-revision";
import type { CaptionVocabulary } from "./prepare-training-images";

export type TrainingImageRow = {
  readonly id: string;
  readonly name: string;
  readonly blobSha256: string;
  readonly captions: readonly string[];
};

/** In the order of their positions. */
export async function trainingImagesOf(datasetId: string, revision: number): Promise<TrainingImageRow[]> {
  const rows = await db.image.findMany({
    where: { datasetId, ...photographs, ...imagesAt(revision, "TRAINING") },
    orderBy: { position: "asc" },
    select: {
      id: true,
      fileName: true,
      stem: true,
      blobSha256: true,
      captions: { where: captionsAt(revision), orderBy: { position: "asc" }, select: { text: true } },
    },
  });
  return rows.map(({ id, fileName, stem, blobSha256, captions }) => ({
    id,
    name: fileName ?? stem,
    blobSha256: blobSha256!,
    captions: captions.map(({ text }) => text),
  }));
}

/** @param wordListVersion absent: the newest. @throws SemblanceError `not_found` */
export async function vocabularyOf(datasetId: string, wordListVersion?: number): Promise<CaptionVocabulary> {
  const dataset = await db.dataset.findUnique({
    where: { id: datasetId },
    select: { captionLanguage: true },
  });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  const lists =
    wordListVersion === undefined
      ? (await getWordLists(datasetId)).lists
      : await getWordListVersion(datasetId, wordListVersion);
  return { language: dataset.captionLanguage, lists };
}

/** @throws SemblanceError `not_found` */
export async function newestRevision(datasetId: string): Promise<number> {
  const dataset = await db.dataset.findUnique({ where: { id: datasetId }, select: { revision: true } });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  return dataset.revision;
}
