/** The data of the dashboard's first page: the state of this installation, and current work. */
import { photographs } from "@/lib/datasets/photographs";
import { imagesAt } from "@/lib/datasets/revisions/at-revision";
import { db } from "@/lib/platform/database/db";

export type Overview = {
  datasets: number;
  images: number;
  checkpoints: number;
  fineTunes: number;
  sampleSets: number;
  samples: number;
  studies: number;
  ratings: number;
  /** Jobs that failed in the last seven days, since `seenAt`, and were not resumed. */
  failedJobs: number;
};

const weekMs = 7 * 24 * 3600_000;

/** @param seenAt failures until then have been seen; null for none */
export async function getOverview(seenAt: Date | null = null): Promise<Overview> {
  const [datasets, images, checkpoints, fineTunes, sampleSets, samples, studies, ratings, failed] =
    await Promise.all([
      db.dataset.count({ where: { state: "READY" } }),
      db.image.count({ where: { ...photographs, ...imagesAt("newest") } }),
      db.checkpoint.count(),
      db.fineTune.count(),
      db.sampleSet.count(),
      db.sample.count(),
      db.study.count(),
      db.rating.count(),
      db.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM (
        SELECT DISTINCT ON ("subjectId") state, "createdAt", "finishedAt" FROM "Job"
        ORDER BY "subjectId", "createdAt" DESC
      ) latest
      WHERE state = 'FAILED' AND "createdAt" > ${new Date(Date.now() - weekMs)}
        AND (${seenAt}::timestamptz IS NULL OR "finishedAt" > ${seenAt})`,
    ]);
  return {
    datasets,
    images,
    checkpoints,
    fineTunes,
    sampleSets,
    samples,
    studies,
    ratings,
    failedJobs: Number(failed[0]?.count ?? 0),
  };
}
