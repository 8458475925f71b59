/** One dataset with its report. */
import { SemblanceError } from "@/lib/errors";
import type { DatasetState, RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ContentCounts, countContents } from "./count-contents";
import { type ImportRemark, importReport } from "./import-report";

/** `progress` from 0 to 1. */
type LatestJob = { id: string; state: RunState; progress: number; note: string; error: string | null };

export type DatasetDetail = ContentCounts & {
  id: string;
  name: string;
  description: string;
  /** BCP 47. */
  captionLanguage: string;
  state: DatasetState;
  revision: number;
  isDemo: boolean;
  createdAt: Date;
  /** When its near duplicates were last looked for; null for never. */
  comparedAt: Date | null;
  report: ImportRemark[];
  /** The latest import job. */
  job: LatestJob | null;
  /** The latest search for near duplicates. */
  comparison: LatestJob | null;
  /** What keeps the dataset from being deleted. */
  usedBy: { fineTunes: number; sampleSets: number; studies: number; desks: number };
};

/** @throws SemblanceError `not_found` */
export async function getDataset(id: string): Promise<DatasetDetail> {
  const row = await db.dataset.findUnique({
    where: { id },
    include: {
      _count: { select: { fineTunes: true, sampleSets: true, desks: true, arms: true } },
    },
  });
  if (!row) throw new SemblanceError("not_found", "There is no such dataset.");
  const [[counts], job, comparison] = await Promise.all([
    countContents([row]),
    latestJob(id, "import-dataset"),
    latestJob(id, "find-duplicates"),
  ]);
  return {
    id,
    name: row.name,
    description: row.description,
    captionLanguage: row.captionLanguage,
    state: row.state,
    revision: row.revision,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    comparedAt: row.comparedAt,
    ...counts!,
    report: importReport.parse(row.importReport),
    job,
    comparison,
    usedBy: {
      fineTunes: row._count.fineTunes,
      sampleSets: row._count.sampleSets,
      studies: row._count.arms,
      desks: row._count.desks,
    },
  };
}

function latestJob(subjectId: string, kind: string): Promise<LatestJob | null> {
  return db.job.findFirst({
    where: { subjectId, kind },
    orderBy: { createdAt: "desc" },
    select: { id: true, state: true, progress: true, note: true, error: true },
  });
}
