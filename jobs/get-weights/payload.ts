/** What a download is told: an entry of the catalogue of weights. */
import { z } from "zod";

export const getWeightsPayload = z.object({ name: z.string().min(1) });
