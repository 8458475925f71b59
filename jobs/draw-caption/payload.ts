/** What the job is told that draws one caption which somebody has typed. */
import { z } from "zod";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";

export const drawCaptionPayload = z.object({
  drawingId: z.uuid(),
  caption: z.string().min(1),
  baseCheckpointId: z.uuid(),
  upsamplerCheckpointId: z.uuid().nullable(),
  settings: sampleSettings,
});
