/** Jobs as the dashboard and `semblance jobs` show them. */
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";
import { type JobKind, jobDefinitions } from "./registry";

export type JobSummary = {
  id: string;
  kind: JobKind;
  subjectId: string;
  /** Of the dataset, fine-tune, sample set or study that the job works on; empty where it was deleted. */
  subjectName: string;
  state: RunState;
  /** 0 to 1. */
  progress: number;
  note: string;
  error: string | null;
  /** Parts of work that ended well which could not be done, such as metrics without weights. */
  missing: number;
  /** What people should know of it, such as that a run overfits. */
  warning: string | null;
  /** Whether another job of its kind waits before it, and behind it. */
  canMoveUp: boolean;
  canMoveDown: boolean;
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
  const where = {
    kind: { in: jobDefinitions.map(({ kind }) => kind) },
    ...(states ? { state: { in: states } } : {}),
  };
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
  const [names, missing, warnings, ends] = await Promise.all([
    askSubjects(rows, ({ names }) => names),
    askSubjects(rows, ({ missing }) => missing),
    askSubjects(rows, ({ warnings }) => warnings),
    findQueueEnds(),
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
    warning: warnings.get(row.subjectId) ?? null,
    canMoveUp: row.state === "QUEUED" && row.place > (ends.get(row.kind)?.first ?? row.place),
    canMoveDown: row.state === "QUEUED" && row.place < (ends.get(row.kind)?.last ?? row.place),
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  }));
  return { jobs, total };
}

/** The places of the first and the last job of each kind that waits. */
async function findQueueEnds(): Promise<Map<string, { first: number; last: number }>> {
  const ends = await db.job.groupBy({
    by: ["kind"],
    where: { state: "QUEUED" },
    _min: { place: true },
    _max: { place: true },
  });
  return new Map(ends.map(({ kind, _min, _max }) => [kind, { first: _min.place!, last: _max.place! }]));
}

type Question<Answer> = (ids: readonly string[]) => Promise<ReadonlyMap<string, Answer>>;

/** The subjects of the jobs of each kind. */
async function askSubjects<Answer>(
  rows: readonly { kind: string; subjectId: string }[],
  questionOf: (subject: JobSubject) => Question<Answer> | undefined,
): Promise<Map<string, Answer>> {
  const answers = await Promise.all(
    jobDefinitions.map(async ({ kind, subject }) => {
      const ids = rows.filter((row) => row.kind === kind).map(({ subjectId }) => subjectId);
      return ids.length === 0 ? undefined : questionOf(subject)?.(ids);
    }),
  );
  return new Map(answers.flatMap((answer) => [...(answer ?? [])]));
}
