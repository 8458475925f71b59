/** What the job is told that draws one caption which somebody has typed. */
import { z } from "zod";
import { chosenAdapters } from "@/lib/adapters/chosen-adapters";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";

export const drawCaptionPayload = z.object({
  drawingId: z.uuid(),
  caption: z.string().min(1),
  baseCheckpointId: z.uuid(),
  upsamplerCheckpointId: z.uuid().nullable(),
  adapters: chosenAdapters,
  settings: sampleSettings,
  /** An image that is completed, and its mask; null: the whole image is drawn. */
  inpaint: z
    .object({ imageSha256: z.string().length(64), maskSha256: z.string().length(64) })
    .nullable()
    .default(null),
});
