/** How far an image of a typed caption has come. */
import { SemblanceError } from "@/lib/errors";
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { drawCaptionJob } from "./job";
import { drawCaptionPayload } from "./payload";
import { drawCaptionResult } from "./result";

export type CaptionDrawing = {
  caption: string;
  seed: number;
  baseCheckpointId: string;
  upsamplerCheckpointId: string | null;
  state: RunState;
  /** 0 to 1. */
  progress: number;
  note: string;
  error: string | null;
  /** The newest image: a guess until the drawing has succeeded; null before the first. */
  imageSha256: string | null;
  /** Words of the caption that the base was never taught; null until a worker has looked. */
  untaughtWords: string[] | null;
};

/** @throws SemblanceError `not_found` */
export async function getCaptionDrawing(drawingId: string): Promise<CaptionDrawing> {
  const job = await db.job.findFirst({
    where: { subjectId: drawingId, kind: drawCaptionJob.kind },
    orderBy: { createdAt: "desc" },
    include: { result: true },
  });
  if (!job) throw new SemblanceError("not_found", "There is no such sample.");
  const payload = drawCaptionPayload.parse(job.payload);
  const drawn = job.result && drawCaptionResult.parse(job.result.value);
  return {
    caption: payload.caption,
    seed: payload.settings.firstSeed,
    baseCheckpointId: payload.baseCheckpointId,
    upsamplerCheckpointId: payload.upsamplerCheckpointId,
    state: job.state,
    progress: job.progress,
    note: job.note,
    error: job.error,
    imageSha256: drawn?.imageSha256 ?? null,
    untaughtWords: drawn?.untaughtWords ?? null,
  };
}
