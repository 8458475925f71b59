/** Which photographs and which samples an evaluation compares. */
import { photographs } from "@/lib/datasets/photographs";
import { imagesAt } from "@/lib/datasets/revisions/at-revision";
import type { Split } from "@/lib/generated/prisma/enums";

type Compared = { datasetId: string; datasetRevision: number; split: Split | null };

/** For `db.image`. */
export function scoredPhotographs({ datasetId, datasetRevision, split }: Compared) {
  return { datasetId, ...photographs, ...imagesAt(datasetRevision, split ?? undefined) };
}

/** For `db.sample`. What is held out of one dataset says nothing of samples for the captions of another. */
export function scoredSamples(
  { datasetId, datasetRevision, split }: Compared,
  set: { id: string; datasetId: string },
) {
  const isOfThem = split !== null && datasetId === set.datasetId;
  return {
    sampleSetId: set.id,
    ...(isOfThem ? { caption: { image: imagesAt(datasetRevision, split) } } : {}),
  };
}
