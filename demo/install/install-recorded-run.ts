/** Puts a recorded fine-tune into the database as it was when it ended. */
import { join } from "node:path";
import { storeFinalLoss } from "@/lib/fine-tunes/final-loss";
import { db } from "@/lib/platform/database/db";
import { storeImageFile } from "@/lib/platform/storage/store-image";
import type { DemoPack } from "./pack";
import { readRecordedRun } from "./recorded-run";

/** @throws SemblanceError `invalid_file` for a record that is none; the database's error for a name in use */
export async function installRecordedRun(
  { name, part, dataset, start, settings, folder: runFolder }: DemoPack["recordedRuns"][number],
  { ids, folder }: { ids: ReadonlyMap<string, string>; folder: string },
): Promise<string> {
  const existing = await db.fineTune.findUnique({ where: { name } });
  if (existing?.isDemo) return existing.id;
  const record = await readRecordedRun(join(folder, runFolder));
  const previews: { step: number; caption: string; seed: number; blobSha256: string }[] = [];
  for (const { file, ...preview } of record.previews) {
    previews.push({ ...preview, blobSha256: await storeImageFile(join(folder, runFolder, file)) });
  }
  const finishedAt = new Date();
  const startedAt = new Date(finishedAt.getTime() - record.seconds * 1000);
  const steps = record.losses.length;
  const fineTuneId = await db.$transaction(async (transaction) => {
    const { id } = await transaction.fineTune.create({
      data: {
        name,
        part,
        datasetId: ids.get(dataset)!,
        startCheckpointId: ids.get(start)!,
        settings,
        state: "SUCCEEDED",
        step: steps,
        totalSteps: steps,
        durationSeconds: record.seconds,
        stepsPerSecond: record.stepsPerSecond,
        isDemo: true,
        startedAt,
        finishedAt,
        previews: { create: previews },
        losses: {
          create: record.losses.map(([loss, gradientNorm], index) => ({
            step: index + 1,
            loss,
            gradientNorm,
            learningRate: settings.learningRate,
          })),
        },
      },
    });
    await transaction.logLine.createMany({
      data: [
        {
          fineTuneId: id,
          at: startedAt,
          message: `Recorded when the demo was made (${record.machine}). Its model is not part of the demo.`,
        },
        ...record.log.map(({ seconds, message }) => ({
          fineTuneId: id,
          at: new Date(startedAt.getTime() + seconds * 1000),
          message,
        })),
      ],
    });
    return id;
  });
  await storeFinalLoss(fineTuneId, { step: steps, totalSteps: steps });
  return fineTuneId;
}
