/** Scores a sample set in the worker, and stores the scores. */
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { comparesBaseImages } from "@/lib/evaluations/evaluation-side";
import { fetchNetworks, networksOfMetrics } from "@/lib/evaluations/networks/shared-networks";
import { scoredPhotographs, scoredSamples } from "@/lib/evaluations/scored-images";
import { takeSharedFeatures } from "@/lib/evaluations/shared-features";
import type { Score } from "@/lib/metrics/scores/score";
import { db, type Transaction } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { log } from "@/lib/platform/log/log";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { readOrigin, sampleToText } from "@/lib/samples/sample-origin";
import type { evaluateJob } from "./job";
import { evaluateTask } from "./task";

export const handle: JobHandler<typeof evaluateJob> = async (
  { evaluationId },
  { signal, lost, provider, report },
) => {
  const evaluation = await db.evaluation.findUnique({
    where: { id: evaluationId },
    include: { sampleSet: { include: { baseCheckpoint: true, upsamplerCheckpoint: true } } },
  });
  if (!evaluation) throw new SemblanceError("not_found", "The evaluation was deleted.");
  const { sampleSet, sidePx } = evaluation;
  const real = await db.image.findMany({
    where: scoredPhotographs(evaluation, sampleSet),
    orderBy: { position: "asc" },
  });
  const samples = await db.sample.findMany({
    where: scoredSamples(evaluation, sampleSet),
    orderBy: [{ caption: { image: { position: "asc" } } }, { caption: { position: "asc" } }, { seed: "asc" }],
    include: { caption: { select: { text: true, image: { select: { id: true, blobSha256: true } } } } },
  });
  const takesBase = comparesBaseImages(sampleSet, sidePx);
  const { weights, features } = dataPaths();
  const files = new LocalFiles();
  try {
    const realSha256s = real.map(({ blobSha256 }) => blobSha256!);
    const realPaths = await files.imagePathsOf(realSha256s);
    const sha256s = samples.map(({ blobSha256, baseSha256 }) =>
      takesBase ? (baseSha256 ?? blobSha256) : blobSha256,
    );
    const paths = await files.imagePathsOf(sha256s);
    const shareFeatures = await takeSharedFeatures([...realSha256s, ...sha256s]);
    await fetchNetworks(networksOfMetrics(evaluation.metrics));
    const { scores, features: counted } = await runEngineTask(
      evaluateTask,
      {
        real: real.map(({ id, fileName, stem }, at) => ({
          path: realPaths[at]!,
          id,
          name: fileName ?? stem,
        })),
        generated: samples.map(({ id, seed, origin, caption }, at) => ({
          path: paths[at]!,
          id,
          name: `The sample of “${caption.text}”, ${sampleToText({ seed, origin: readOrigin(origin) })},`,
          caption: caption.text,
          realId: caption.image.blobSha256 === null ? null : caption.image.id,
        })),
        metrics: evaluation.metrics,
        sidePx,
        weightsFolder: weights,
        cacheFolder: features,
        provider,
      },
      {
        signal,
        kill: lost,
        onEvent: ({ stage, done, total }) => report(total === 0 ? 0 : done / total, stage),
      },
    );
    await storeScores(evaluationId, scores, counted);
    // The scores are there: a store that does not take features is no reason to compute them again.
    await shareFeatures().catch((error) =>
      log().warn({ err: error }, "Features could not be kept in the store."),
    );
  } finally {
    await files.release();
  }
};

/** Rows of one statement; a heat map takes about 20 kB. */
const rowsPerInsert = 500;
const storeTimeoutMs = 60_000;

/** All or nothing; what an attempt that was cut short may have left is replaced. */
async function storeScores(
  evaluationId: string,
  scores: readonly Score[],
  { computed, reused }: { computed: number; reused: number },
): Promise<void> {
  const imageScores = scores.flatMap(({ metric, perImage }) =>
    (perImage ?? []).map(({ id, value, nearest, heatMaps }) => ({
      evaluationId,
      metric,
      sampleId: id,
      value,
      nearestId: nearest,
      heatMaps,
    })),
  );
  const store = async (transaction: Transaction) => {
    await transaction.score.deleteMany({ where: { evaluationId } });
    await transaction.imageScore.deleteMany({ where: { evaluationId } });
    await transaction.score.createMany({
      data: scores.map(({ metric, value, low, high, n1, n2, recipe, warnings, remedy }) => ({
        evaluationId,
        metric,
        value,
        low,
        high,
        realCount: n1,
        generatedCount: n2,
        recipe,
        warnings: [...warnings],
        remedy,
      })),
    });
    for (let start = 0; start < imageScores.length; start += rowsPerInsert) {
      await transaction.imageScore.createMany({ data: imageScores.slice(start, start + rowsPerInsert) });
    }
    await transaction.evaluation.updateMany({ where: { id: evaluationId }, data: { computed, reused } });
  };
  await db.$transaction(store, { timeout: storeTimeoutMs });
}
