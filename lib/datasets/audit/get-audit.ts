/** The audits of a dataset: the newest, and the newest that is done. */
import { SemblanceError } from "@/lib/errors";
import type { DatasetAudit } from "@/lib/generated/prisma/client";
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ContradictionCounts, contradictionCounts } from "./contradictions";
import { type Finding, listFindings } from "./findings";
import { type AuditCounts, auditCounts } from "./judge-counts";
import { type WordLists, wordLists } from "./word-lists";

export type FinishedAudit = {
  id: string;
  /** Of the dataset, when the audit was asked for. */
  revision: number;
  finishedAt: Date;
  lists: WordLists;
  counts: AuditCounts;
  /** Null where captions were read alone. */
  compared: ContradictionCounts | null;
  findings: Finding[];
};

export type DatasetAudits = {
  dataset: { id: string; name: string; isReady: boolean; captionLanguage: string; revision: number };
  /** One that is not done: waiting, running, failed or cancelled. `progress` from 0 to 1. */
  pending: { id: string; state: RunState; error: string | null; progress: number; note: string } | null;
  finished: FinishedAudit | null;
};

/** @throws SemblanceError `not_found` */
export async function getAudits(datasetId: string): Promise<DatasetAudits> {
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  const [newest, finished] = await Promise.all([
    db.datasetAudit.findFirst({
      where: { datasetId },
      orderBy: { createdAt: "desc" },
      select: { id: true, state: true, error: true },
    }),
    db.datasetAudit.findFirst({ where: { datasetId, state: "SUCCEEDED" }, orderBy: { createdAt: "desc" } }),
  ]);
  const { id, name, state, captionLanguage, revision } = dataset;
  return {
    dataset: { id, name, captionLanguage, revision, isReady: state === "READY" },
    pending: newest && newest.state !== "SUCCEEDED" ? { ...newest, ...(await progressOf(newest.id)) } : null,
    finished: finished && read(finished),
  };
}

/** @throws SemblanceError `not_found` for a dataset without an audit that is done */
export async function getFinishedAudit(
  datasetId: string,
): Promise<{ dataset: DatasetAudits["dataset"]; audit: FinishedAudit }> {
  const { dataset, finished } = await getAudits(datasetId);
  if (finished) return { dataset, audit: finished };
  throw new SemblanceError("not_found", `“${dataset.name}” has not been audited.`, {
    remedy: "Start an audit on its page, or with npx semblance datasets audit.",
  });
}

async function progressOf(auditId: string): Promise<{ progress: number; note: string }> {
  const job = await db.job.findFirst({
    where: { subjectId: auditId },
    orderBy: { createdAt: "desc" },
    select: { progress: true, note: true },
  });
  return job ?? { progress: 0, note: "" };
}

function read({ id, datasetRevision, finishedAt, createdAt, lists, ...stored }: DatasetAudit): FinishedAudit {
  const counts = auditCounts.parse(stored.counts);
  const compared = stored.compared === null ? null : contradictionCounts.parse(stored.compared);
  return {
    id,
    revision: datasetRevision,
    finishedAt: finishedAt ?? createdAt,
    lists: wordLists.parse(lists),
    counts,
    compared,
    findings: listFindings(counts, compared),
  };
}

/** The dataset that an audit is of. @throws SemblanceError `not_found` */
export async function datasetOfAudit(auditId: string): Promise<string> {
  const audit = await db.datasetAudit.findUnique({ where: { id: auditId }, select: { datasetId: true } });
  if (audit) return audit.datasetId;
  throw new SemblanceError("not_found", "There is no such audit.");
}
