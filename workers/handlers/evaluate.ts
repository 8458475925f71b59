/** Job: scores a sample set against the real photographs of a dataset. */
import { db } from "@/lib/db";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import type { JobPayload } from "@/lib/jobs/definitions";
import { blobStore } from "@/lib/storage/store-blob";
import { runEngineTask } from "../engine-task";
import type { JobContext } from "../run-job";

export async function evaluate(
  { evaluationId }: JobPayload<"evaluate">,
  { signal, provider, report }: JobContext,
): Promise<void> {
  const evaluation = await db.evaluation.findUnique({
    where: { id: evaluationId },
    include: {
      dataset: { include: { pictures: { orderBy: { position: "asc" } } } },
      sampleSet: {
        include: {
          samples: {
            orderBy: [{ caption: { picture: { position: "asc" } } }, { seed: "asc" }],
            include: { caption: { select: { text: true } } },
          },
        },
      },
    },
  });
  if (!evaluation) throw new SemblanceError("not_found", "The evaluation was deleted.");
  const store = blobStore();
  const { weights, features } = dataPaths();
  const { scores } = await runEngineTask(
    "evaluate",
    {
      real: await Promise.all(
        evaluation.dataset.pictures.map(async ({ blobSha256, stem }) => ({
          path: await store.toLocalFile(blobSha256),
          id: stem,
        })),
      ),
      generated: await Promise.all(
        evaluation.sampleSet.samples.map(async ({ id, blobSha256, caption }) => ({
          path: await store.toLocalFile(blobSha256),
          id,
          caption: caption.text,
        })),
      ),
      metrics: evaluation.metrics,
      weightsFolder: weights,
      cacheFolder: features,
      provider,
    },
    { signal, onEvent: ({ stage, done, total }) => report(total === 0 ? 0 : done / total, stage) },
  );
  await db.$transaction([
    // An attempt that was cut short may have left some.
    db.score.deleteMany({ where: { evaluationId } }),
    db.score.createMany({
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
    }),
  ]);
}
