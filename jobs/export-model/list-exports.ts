/** The exports of a model: those that are being made, and files that are still there. */
import type { z } from "zod";
import type { ExportFormat } from "@/lib/checkpoints/export-formats";
import { SemblanceError } from "@/lib/errors";
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { exportModelJob } from "./job";
import { exportModelPayload } from "./payload";
import { exportModelResult } from "./result";

/** For how many days files stay. */
export const exportDays = 7;

const dayMs = 24 * 3600_000;

type ExportedFile = z.infer<typeof exportModelResult>["files"][number];

export type ModelExport = {
  readonly jobId: string;
  readonly format: ExportFormat;
  readonly state: RunState;
  /** 0 to 1. */
  readonly progress: number;
  readonly error: string | null;
  /** Empty until they are made, and when they have been removed again. */
  readonly files: readonly ExportedFile[];
};

/** The newest of each format. */
export async function listModelExports(checkpointId: string): Promise<ModelExport[]> {
  const jobs = await db.job.findMany({
    where: { kind: exportModelJob.kind, subjectId: checkpointId },
    orderBy: { createdAt: "desc" },
    take: 50,
    include: { result: true },
  });
  const newest = new Map<ExportFormat, ModelExport>();
  for (const { id, payload, state, progress, error, result } of jobs) {
    const { format } = exportModelPayload.parse(payload);
    const files = result ? exportModelResult.parse(result.value).files : [];
    if (!newest.has(format)) newest.set(format, { jobId: id, format, state, progress, error, files });
  }
  return [...newest.values()];
}

/** @throws SemblanceError `not_found` for a file that no export of the model has, or has any more */
export async function findExportedFile(checkpointId: string, sha256: string): Promise<ExportedFile> {
  const kept = await db.jobBlob.findFirst({
    where: { sha256, part: "RESULT", job: { kind: exportModelJob.kind, subjectId: checkpointId } },
    include: { job: { include: { result: true } } },
  });
  const files = kept ? exportModelResult.parse(kept.job.result?.value).files : [];
  const file = files.find((each) => each.sha256 === sha256);
  if (file) return file;
  throw new SemblanceError("not_found", "There is no such file.", {
    remedy: `Exports are removed after ${exportDays} days. Make it again on the model's page.`,
  });
}

/** Lets go of the files of old exports and of deleted models; the sweep of blobs then removes them. */
export async function expireModelExports(now = new Date()): Promise<void> {
  const kept = await db.job.findMany({
    where: { kind: exportModelJob.kind, result: { isNot: null } },
    select: { id: true, subjectId: true, finishedAt: true },
  });
  const models = await db.checkpoint.findMany({
    where: { id: { in: kept.map(({ subjectId }) => subjectId) } },
    select: { id: true },
  });
  const alive = new Set(models.map(({ id }) => id));
  const before = new Date(now.getTime() - exportDays * dayMs);
  const expired = kept.filter(
    ({ subjectId, finishedAt }) => finishedAt !== null && (finishedAt < before || !alive.has(subjectId)),
  );
  const jobId = { in: expired.map(({ id }) => id) };
  await db.$transaction([
    db.jobBlob.deleteMany({ where: { jobId, part: "RESULT" } }),
    db.jobResult.deleteMany({ where: { jobId } }),
  ]);
}
