/** Models as the dashboard lists them and as forms offer them. */
import type { Checkpoint } from "@/lib/generated/prisma/client";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";

export type CheckpointSummary = {
  id: string;
  name: string;
  part: ModelPart;
  format: string;
  /** Which of the file's sets of weights it is, where the file holds several; empty: those at the top of the file. */
  weightsKey: string | null;
  /** Side of its images. */
  imageSizePx: number;
  parameterCount: number;
  tensorCount: number;
  sizeBytes: number;
  sha256: string;
  /** Model options under the reference's names. */
  options: Record<string, unknown>;
  /** The run that wrote it; null where it was registered from a file. */
  fineTune: { id: string; name: string } | null;
  step: number | null;
  epoch: number | null;
  /** Of its run's models the one with the lowest validation loss. */
  isBest: boolean;
  isDemo: boolean;
  createdAt: Date;
};

export const checkpointSortKeys = ["name", "part", "parameterCount", "createdAt"] as const;

/** @param page from 1, with `pageSize` models each */
export async function listCheckpoints({
  part,
  ...query
}: ListQuery<(typeof checkpointSortKeys)[number]> & { part?: ModelPart } = {}): Promise<{
  checkpoints: CheckpointSummary[];
  total: number;
}> {
  const where = part ? { part } : {};
  const [rows, total] = await Promise.all([
    db.checkpoint.findMany({
      where,
      ...sortedPage(query, ["createdAt", "desc"]),
      include: { fineTune: { select: { id: true, name: true } } },
    }),
    db.checkpoint.count({ where }),
  ]);
  const blobs = await db.blob.findMany({
    where: { sha256: { in: rows.map(({ blobSha256 }) => blobSha256) } },
    select: { sha256: true, sizeBytes: true },
  });
  const sizes = new Map(blobs.map(({ sha256, sizeBytes }) => [sha256, Number(sizeBytes)]));
  const checkpoints = rows.map((row) => toCheckpointSummary(row, sizes.get(row.blobSha256) ?? 0));
  return { checkpoints, total };
}

/** What pages show of a model's row. */
export function toCheckpointSummary(
  row: Checkpoint & { fineTune: { id: string; name: string } | null },
  sizeBytes: number,
): CheckpointSummary {
  const options = row.options as Record<string, unknown>;
  return {
    id: row.id,
    name: row.name,
    part: row.part,
    format: row.format,
    weightsKey: row.weightsKey,
    imageSizePx: Number(options.image_size),
    parameterCount: Number(row.parameterCount),
    tensorCount: row.tensorCount,
    sizeBytes,
    sha256: row.blobSha256,
    options,
    fineTune: row.fineTune,
    step: row.step,
    epoch: row.epoch,
    isBest: row.isBest,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
  };
}
