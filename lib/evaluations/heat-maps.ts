/** The stored heat maps of one image: where each word of its caption is found in it, and in the photograph. */
import { z } from "zod";
import { wordHeatMapSchema } from "@/lib/metrics/scores/heat-map";

export const heatMaps = z.object({ generated: wordHeatMapSchema, real: wordHeatMapSchema });

export type HeatMaps = z.infer<typeof heatMaps>;
