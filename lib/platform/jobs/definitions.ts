/** Every kind of background job with the payload it carries; the queue, the worker and the panel share this table. */
import { z } from "zod";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";

/** Payload schemas by job kind. Payloads name rows by id; everything else is read from the database when the job runs. */
export const jobPayloads = {
  /** Reads pictures and captions from a folder on the server or from uploaded blobs into a dataset. */
  "import-dataset": z.object({
    datasetId: z.uuid(),
    source: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("folder"), path: z.string().min(1) }),
      z.object({
        kind: z.literal("upload"),
        files: z.array(z.object({ name: z.string().min(1), sha256: z.string().length(64) })).min(1),
      }),
    ]),
  }),
  "fine-tune": z.object({ fineTuneId: z.uuid() }),
  sample: z.object({ sampleSetId: z.uuid() }),
  evaluate: z.object({ evaluationId: z.uuid() }),
  /** Renders a study's blind pictures and makes its items; `actor` is named in the audit log. */
  "open-study": z.object({ studyId: z.uuid(), actor: z.string().min(1) }),
  /** Draws one caption that somebody has typed; `drawn` is what there is to see so far, kept here by the worker. */
  "draw-caption": z.object({
    drawingId: z.uuid(),
    caption: z.string().min(1),
    baseCheckpointId: z.uuid(),
    upsamplerCheckpointId: z.uuid().nullable(),
    settings: sampleSettings,
    drawn: z
      .object({
        /** Of the newest picture: a guess until the job has ended. */
        pictureSha256: z.string().length(64).nullable(),
        untaughtWords: z.array(z.string()),
      })
      .nullable(),
  }),
  /** Downloads an entry of the catalogue of weights. */
  "get-weights": z.object({ name: z.string().min(1) }),
} as const;

export type JobKind = keyof typeof jobPayloads;
export type JobPayload<Kind extends JobKind> = z.infer<(typeof jobPayloads)[Kind]>;
