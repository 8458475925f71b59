/** Which photographs and which samples an evaluation compares. */
import { ofCategories } from "@/lib/datasets/caption-category";
import { photographs } from "@/lib/datasets/photographs";
import { captionsAt, imagesAt } from "@/lib/datasets/revisions/at-revision";
import type { ScoredPart } from "./scored-part";

export type Compared = ScoredPart & { datasetId: string; datasetRevision: number };

/**
 * For `db.image`.
 *
 * @param set the samples; categories of their captions and masks of their images say nothing of the photographs of another
 *   dataset
 */
export function scoredPhotographs(
  { datasetId, datasetRevision, split, captionCategories }: Compared,
  set: { datasetId: string; maskSetId?: string | null },
) {
  const { maskSetId = null } = set;
  const isOfThem = captionCategories.length > 0 && datasetId === set.datasetId;
  return {
    datasetId,
    ...photographs,
    ...imagesAt(datasetRevision, split ?? undefined),
    ...(maskSetId !== null && datasetId === set.datasetId ? { masks: { some: { maskSetId } } } : {}),
    ...(isOfThem
      ? { captions: { some: { ...captionsAt(datasetRevision), ...ofCategories(captionCategories) } } }
      : {}),
  };
}

/** For `db.sample`. What is held out of one dataset says nothing of samples for the captions of another. */
export function scoredSamples(
  { datasetId, datasetRevision, split, captionCategories }: Compared,
  set: { id: string; datasetId: string },
) {
  const ofSplit =
    split !== null && datasetId === set.datasetId ? { image: imagesAt(datasetRevision, split) } : {};
  const caption = { ...ofCategories(captionCategories), ...ofSplit };
  return { sampleSetId: set.id, ...(Object.keys(caption).length > 0 ? { caption } : {}) };
}
