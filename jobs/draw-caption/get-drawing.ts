/** How far an image of a typed caption has come. */
import type { SampleSettings } from "@/lib/diffusion/sampling/sample-settings";
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
  settings: SampleSettings;
  /** Those of the adapters that have not been deleted since. */
  adapters: { id: string; name: string; scale: number }[];
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
  const names = await db.adapter.findMany({
    where: { id: { in: payload.adapters.map(({ adapterId }) => adapterId) } },
    select: { id: true, name: true },
  });
  return {
    caption: payload.caption,
    seed: payload.settings.firstSeed,
    baseCheckpointId: payload.baseCheckpointId,
    upsamplerCheckpointId: payload.upsamplerCheckpointId,
    settings: payload.settings,
    adapters: payload.adapters.flatMap(({ adapterId, scale }) =>
      names.filter(({ id }) => id === adapterId).map((named) => ({ ...named, scale })),
    ),
    state: job.state,
    progress: job.progress,
    note: job.note,
    error: job.error,
    imageSha256: drawn?.imageSha256 ?? null,
    untaughtWords: drawn?.untaughtWords ?? null,
  };
}
