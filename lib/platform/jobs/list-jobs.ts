/** Jobs and workers as the panel and `semblance jobs` show them. */

import { weightSubjects } from "@/lib/evaluations/networks/weight-subject";
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import type { JobKind } from "./definitions";

export type JobSummary = {
  id: string;
  kind: JobKind;
  subjectId: string;
  /** The name of the dataset, fine-tune, sample set or study that the job works on; empty where it was deleted. */
  subjectName: string;
  state: RunState;
  /** 0 to 1. */
  progress: number;
  note: string;
  error: string | null;
  /** Metrics of an evaluation that could not be computed; 0 for other jobs. */
  missing: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
};

export const jobSortKeys = ["kind", "state", "createdAt"] as const;

/** Newest first, unless asked otherwise. @param page from 1, with `pageSize` jobs each; `states` narrows the list */
export async function listJobs({
  states,
  page = 1,
  pageSize = 50,
  sort = "createdAt",
  order = "desc",
}: {
  states?: RunState[];
  page?: number;
  pageSize?: number;
  sort?: (typeof jobSortKeys)[number];
  order?: "asc" | "desc";
} = {}): Promise<{ jobs: JobSummary[]; total: number }> {
  const where = states ? { state: { in: states } } : {};
  const [rows, total] = await Promise.all([
    db.job.findMany({
      where,
      // Within one kind or state the newest come first.
      orderBy: [{ [sort]: order }, { createdAt: "desc" }, { id: "desc" }],
      skip: (page - 1) * pageSize,
      take: pageSize,
    }),
    db.job.count({ where }),
  ]);
  const [names, missing] = await Promise.all([
    findSubjectNames(rows.map((row) => row.subjectId)),
    countMissingScores(rows.filter(({ kind }) => kind === "evaluate").map((row) => row.subjectId)),
  ]);
  const jobs = rows.map((row) => ({
    id: row.id,
    kind: row.kind as JobKind,
    subjectId: row.subjectId,
    subjectName: names.get(row.subjectId) ?? "",
    state: row.state,
    progress: row.progress,
    note: row.note,
    error: row.error,
    missing: missing.get(row.subjectId) ?? 0,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  }));
  return { jobs, total };
}

async function countMissingScores(evaluationIds: string[]): Promise<Map<string, number>> {
  const counts = await db.score.groupBy({
    by: ["evaluationId"],
    where: { evaluationId: { in: evaluationIds }, value: null },
    _count: true,
  });
  return new Map(counts.map(({ evaluationId, _count }) => [evaluationId, _count]));
}

async function findSubjectNames(ids: string[]): Promise<Map<string, string>> {
  const where = { id: { in: ids } };
  const select = { id: true, name: true };
  const [datasets, fineTunes, sampleSets, studies, evaluations, drawings] = await Promise.all([
    db.dataset.findMany({ where, select }),
    db.fineTune.findMany({ where, select }),
    db.sampleSet.findMany({ where, select }),
    db.study.findMany({ where, select }),
    db.evaluation.findMany({ where, select: { id: true, sampleSet: { select: { name: true } } } }),
    db.job.findMany({
      where: { subjectId: { in: ids }, kind: "draw-caption" },
      select: { subjectId: true, payload: true },
    }),
  ]);
  return new Map([
    ...[...datasets, ...fineTunes, ...sampleSets, ...studies].map(({ id, name }): [string, string] => [
      id,
      name,
    ]),
    ...drawings.map(({ subjectId, payload }): [string, string] => [
      subjectId,
      (payload as { caption: string }).caption,
    ]),
    ...weightSubjects(),
    ...evaluations.map(({ id, sampleSet }): [string, string] => [id, sampleSet.name]),
  ]);
}

export type WorkerSummary = {
  id: string;
  hostname: string;
  pid: number;
  executionProvider: string;
  declinedProviders: { provider: string; reason: string }[];
  startedAt: Date;
  lastSeenAt: Date;
};

/** A worker that was not heard of for so long is taken for dead. */
const silentAfterMs = 15_000;

/** The workers that are alive, oldest first. */
export async function listWorkers(): Promise<WorkerSummary[]> {
  const rows = await db.worker.findMany({
    where: { lastSeenAt: { gt: new Date(Date.now() - silentAfterMs) } },
    orderBy: { startedAt: "asc" },
  });
  return rows.map((row) => ({
    ...row,
    declinedProviders: row.declinedProviders as WorkerSummary["declinedProviders"],
  }));
}
