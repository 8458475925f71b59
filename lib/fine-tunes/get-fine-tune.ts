/** One fine-tune with everything that its page shows, and updates since the page last asked. */
import { SemblanceError } from "@/lib/errors";
import type { ModelPart, RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type FineTuneSettings, fineTuneSettings } from "../diffusion/training/fine-tune-settings";
import { readValidations, type ValidationLoss } from "./read-validations";
import { type RunEvaluation, runEvaluation } from "./run-evaluation";

export type LossPoint = { step: number; loss: number; gradientNorm: number; learningRate: number };
export type PreviewImage = { step: number; caption: string; seed: number; sha256: string };
export type LogEntry = { id: string; at: Date; message: string };

export type FineTuneProgress = {
  state: RunState;
  step: number;
  totalSteps: number;
  stepsPerSecond: number | null;
  secondsLeft: number | null;
  error: string | null;
  /** What people should know of its course, such as that it overfits. */
  warning: string | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Ascending by step; thinned out to at most `mostLossPoints`, always with the newest. */
  losses: LossPoint[];
  /** Ascending by step. */
  validations: ValidationLoss[];
  previews: PreviewImage[];
  log: LogEntry[];
  checkpoints: { id: string; name: string; step: number; epoch: number | null; isBest: boolean }[];
};

/** What it was set to do, and how far it has come. */
export type FineTuneOutline = Pick<FineTuneProgress, "state" | "checkpoints"> & {
  id: string;
  name: string;
  part: ModelPart;
  dataset: { id: string; name: string; captionLanguage: string; imageCount: number };
  startCheckpoint: { id: string; name: string } | null;
  settings: FineTuneSettings;
  evaluation: RunEvaluation | null;
  isDemo: boolean;
  createdAt: Date;
};

export type FineTuneDetail = FineTuneOutline & FineTuneProgress;

/** As many as a plot can show. */
export const mostLossPoints = 2000;
const mostLogLines = 500;

/** @throws SemblanceError `not_found` */
export async function getFineTune(id: string): Promise<FineTuneDetail> {
  return { ...(await getFineTuneOutline(id)), ...(await getFineTuneProgress(id)) };
}

/**
 * One query, without losses, previews and log.
 *
 * @throws SemblanceError `not_found`
 */
export async function getFineTuneOutline(id: string): Promise<FineTuneOutline> {
  const row = await db.fineTune.findUnique({
    where: { id },
    include: {
      dataset: {
        select: { id: true, name: true, captionLanguage: true, _count: { select: { images: true } } },
      },
      startCheckpoint: { select: { id: true, name: true } },
      checkpoints: writtenCheckpoints,
    },
  });
  if (!row) throw new SemblanceError("not_found", "There is no such fine-tune.");
  return {
    id,
    name: row.name,
    part: row.part,
    dataset: {
      id: row.dataset.id,
      name: row.dataset.name,
      captionLanguage: row.dataset.captionLanguage,
      imageCount: row.dataset._count.images,
    },
    startCheckpoint: row.startCheckpoint,
    settings: fineTuneSettings.parse(row.settings),
    evaluation: row.evaluation === null ? null : runEvaluation.parse(row.evaluation),
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    state: row.state,
    checkpoints: row.checkpoints.map(toWritten),
  };
}

const writtenCheckpoints = {
  orderBy: { step: "asc" },
  select: { id: true, name: true, step: true, epoch: true, isBest: true },
} as const;

function toWritten({
  step,
  ...checkpoint
}: {
  id: string;
  name: string;
  step: number | null;
  epoch: number | null;
  isBest: boolean;
}) {
  return { ...checkpoint, step: step ?? 0 };
}

/**
 * What a live page polls: the state, and everything after a step and a line of the log.
 *
 * @param after.step losses of later steps only, and previews unless `previewStep` is given
 * @param after.previewStep previews of later steps only; they come some time after the loss of their step
 * @param after.validationStep validations of later steps only
 * @param after.logId lines of the log after this one only
 * @throws SemblanceError `not_found`
 */
export async function getFineTuneProgress(
  id: string,
  after: { step?: number; previewStep?: number; validationStep?: number; logId?: string } = {},
): Promise<FineTuneProgress> {
  const { step: afterStep = -1, previewStep = afterStep, validationStep = -1, logId } = after;
  const [row, losses, validations, previews, newestLog, checkpoints] = await Promise.all([
    db.fineTune.findUnique({
      where: { id },
      select: {
        state: true,
        step: true,
        totalSteps: true,
        stepsPerSecond: true,
        secondsLeft: true,
        error: true,
        warning: true,
        startedAt: true,
        finishedAt: true,
      },
    }),
    readLosses(id, afterStep),
    readValidations(id, validationStep),
    db.preview.findMany({
      where: { fineTuneId: id, step: { gt: previewStep } },
      orderBy: [{ step: "asc" }, { caption: "asc" }],
      select: { step: true, caption: true, seed: true, blobSha256: true },
    }),
    db.logLine.findMany({
      where: { fineTuneId: id, ...(logId ? { id: { gt: BigInt(logId) } } : {}) },
      orderBy: { id: "desc" },
      take: mostLogLines,
      select: { id: true, at: true, message: true },
    }),
    db.checkpoint.findMany({ where: { fineTuneId: id }, ...writtenCheckpoints }),
  ]);
  if (!row) throw new SemblanceError("not_found", "There is no such fine-tune.");
  return {
    ...row,
    losses,
    validations,
    previews: previews.map(({ blobSha256, ...preview }) => ({ ...preview, sha256: blobSha256 })),
    log: newestLog.reverse().map((line) => ({ ...line, id: String(line.id) })),
    checkpoints: checkpoints.map(toWritten),
  };
}

async function readLosses(fineTuneId: string, afterStep: number): Promise<LossPoint[]> {
  const where = { fineTuneId, step: { gt: afterStep } };
  const count = await db.lossPoint.count({ where });
  const stride = Math.max(1, Math.ceil(count / mostLossPoints));
  return db.$queryRaw<LossPoint[]>`
    SELECT "step", "loss", "gradientNorm", "learningRate"
    FROM (
      SELECT *, row_number() OVER (ORDER BY "step" DESC) - 1 AS "fromNewest"
      FROM "LossPoint"
      WHERE "fineTuneId" = ${fineTuneId}::uuid AND "step" > ${afterStep}
    ) AS numbered
    WHERE "fromNewest" % ${stride} = 0
    ORDER BY "step"`;
}
