/** One model with all that its page shows. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { type CheckpointSummary, toCheckpointSummary } from "./list-checkpoints";

export type CheckpointDetail = CheckpointSummary & {
  /** What was made with it, and keeps it from being deleted. */
  usedBy: { fineTunes: { id: string; name: string }[]; sampleSets: { id: string; name: string }[] };
};

/** @throws SemblanceError `not_found` */
export async function getCheckpoint(id: string): Promise<CheckpointDetail> {
  const named = { select: { id: true, name: true }, orderBy: { createdAt: "desc" } } as const;
  const row = await db.checkpoint.findUnique({
    where: { id },
    include: {
      fineTune: { select: { id: true, name: true } },
      startedFineTunes: named,
      baseSampleSets: named,
      upsampleSampleSet: named,
    },
  });
  if (!row) throw new SemblanceError("not_found", "There is no such model.");
  const blob = await db.blob.findUnique({ where: { sha256: row.blobSha256 }, select: { sizeBytes: true } });
  return {
    ...toCheckpointSummary(row, Number(blob?.sizeBytes ?? 0)),
    usedBy: {
      fineTunes: row.startedFineTunes,
      sampleSets: [...row.baseSampleSets, ...row.upsampleSampleSet],
    },
  };
}
