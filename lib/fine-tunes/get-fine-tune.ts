/** One fine-tune with everything that its page shows, and updates since the page last asked. */
import { SemblanceError } from "@/lib/errors";
import type { LogLevel, ModelPart, RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { isCopy } from "../diffusion/training/copy-words";
import { type FineTuneSettings, fineTuneSettings } from "../diffusion/training/fine-tune-settings";
import { readCurves, strideFor } from "./read-curves";
import { readValidations, type ValidationLoss } from "./read-validations";
import { type RunEstimate, runEstimate } from "./run-estimate";
import { type RunEvaluation, runEvaluation } from "./run-evaluation";
import type { RunCurves } from "./run-series";

export type PreviewImage = {
  step: number;
  caption: string;
  seed: number;
  sha256: string;
  /** Mean difference from the training image that it comes nearest to, in levels of 0 to 255; null where nobody has looked. */
  nearestDistance: number | null;
  /** That image, where it is one of the dataset's and looks like the preview. */
  copied: { imageId: string; name: string; sha256: string } | null;
};
export type LogEntry = { id: string; at: Date; level: LogLevel; message: string };

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
  /** Mean over the last steps; null before the first. */
  finalLoss: number | null;
  /** From start to end; null until it has ended. */
  durationSeconds: number | null;
  /** Steps that a point of `curves` stands for. */
  stride: number;
  /** Ascending by step, thinned out to about `mostPoints`. */
  curves: RunCurves;
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
  /** What a trial before its start has measured; null: there was none. */
  estimate: RunEstimate | null;
  tags: string[];
  notes: string;
  isArchived: boolean;
  isDemo: boolean;
  createdAt: Date;
};

export type FineTuneDetail = FineTuneOutline & FineTuneProgress;

const mostLogLines = 500;
/** Of warnings and errors, which are shown however many lines have followed. */
const mostAlarms = 200;

/** @throws SemblanceError `not_found` */
export async function getFineTune(id: string): Promise<FineTuneDetail> {
  return { ...(await getFineTuneOutline(id)), ...(await getFineTuneProgress(id)) };
}

/**
 * One query, without curves, previews and log.
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
    estimate: row.estimate === null ? null : runEstimate.parse(row.estimate),
    tags: row.tags,
    notes: row.notes,
    isArchived: row.archivedAt !== null,
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
 * @param after.step points of later steps only, and the one that this step is in; previews of later steps only, unless
 *   `previewStep` is given
 * @param after.stride of the points that are known already; all points are given again where it is another one now
 * @param after.previewStep previews of later steps only; they come some time after the loss of their step
 * @param after.validationStep validations of later steps only
 * @param after.logId lines of the log after this one only
 * @throws SemblanceError `not_found`
 */
export async function getFineTuneProgress(
  id: string,
  after: {
    step?: number;
    stride?: number;
    previewStep?: number;
    validationStep?: number;
    logId?: string;
  } = {},
): Promise<FineTuneProgress> {
  const { step: afterStep = 0, previewStep = after.step ?? -1, validationStep = -1, logId } = after;
  const row = await db.fineTune.findUnique({
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
      finalLoss: true,
      durationSeconds: true,
    },
  });
  if (!row) throw new SemblanceError("not_found", "There is no such fine-tune.");
  const stride = strideFor(row.totalSteps);
  const isKnown = after.stride === undefined || after.stride === stride;
  const [curves, validations, previews, log, checkpoints] = await Promise.all([
    readCurves(id, { after: isKnown ? Math.max(0, afterStep) : 0, stride }),
    readValidations(id, validationStep),
    db.preview.findMany({
      where: { fineTuneId: id, step: { gt: previewStep } },
      orderBy: [{ step: "asc" }, { caption: "asc" }],
      select: {
        step: true,
        caption: true,
        seed: true,
        blobSha256: true,
        nearestDistance: true,
        nearestImage: { select: { id: true, blobSha256: true, fileName: true, stem: true } },
      },
    }),
    readLog(id, logId),
    db.checkpoint.findMany({ where: { fineTuneId: id }, ...writtenCheckpoints }),
  ]);
  return {
    ...row,
    stride,
    curves,
    validations,
    previews: previews.map(toPreview),
    log,
    checkpoints: checkpoints.map(toWritten),
  };
}

function toPreview({
  blobSha256,
  nearestImage,
  ...preview
}: {
  step: number;
  caption: string;
  seed: number;
  blobSha256: string;
  nearestDistance: number | null;
  nearestImage: { id: string; blobSha256: string | null; fileName: string | null; stem: string } | null;
}): PreviewImage {
  const { nearestDistance: distance } = preview;
  const isAlike = distance !== null && isCopy({ distance });
  return {
    ...preview,
    sha256: blobSha256,
    copied:
      isAlike && nearestImage?.blobSha256
        ? {
            imageId: nearestImage.id,
            name: nearestImage.fileName ?? nearestImage.stem,
            sha256: nearestImage.blobSha256,
          }
        : null,
  };
}

/** The newest lines in their order, and before them the newest warnings and errors of earlier ones. */
async function readLog(fineTuneId: string, afterId: string | undefined): Promise<LogEntry[]> {
  const read = (where: { level?: { not: LogLevel } }, take: number) =>
    db.logLine.findMany({
      where: { fineTuneId, ...where, ...(afterId ? { id: { gt: BigInt(afterId) } } : {}) },
      orderBy: { id: "desc" },
      take,
      select: { id: true, at: true, level: true, message: true },
    });
  const newest = await read({}, mostLogLines);
  const alarms = newest.length < mostLogLines ? [] : await read({ level: { not: "INFO" } }, mostAlarms);
  const lines = new Map([...newest, ...alarms].map((line) => [line.id, line]));
  return [...lines.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((line) => ({ ...line, id: String(line.id) }));
}
