/** The demo as it is shipped: a folder with `pack.json`, weights, sampled pictures, their figures and simulated votes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { sampleSettings } from "@/lib/samples/sample-settings";

const key = z.string().regex(/^[a-z0-9-]+$/);
const name = z.string().min(1).max(100);
const count = z.number().int().min(0);

/** Of `right` of `total` pictures, with a 95% interval; shares from 0 to 1. */
const share = z.object({ right: count, total: count, low: z.number(), high: z.number() });
export type Share = z.infer<typeof share>;

const score = z.object({
  metric: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n1: count,
  n2: count,
  recipe: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  warnings: z.array(z.string()),
  remedy: z.string().nullable(),
});

/** Rows refer to each other by key; files lie below the pack's folder. */
export const demoPack = z.object({
  version: z.literal(1),
  /** What the pack was made from, for whoever reads a figure. */
  madeFrom: z.string(),
  checkpoints: z.array(z.object({ key, name, file: z.string() })),
  /** Drawn anew at installation: pictures 0 to count - 1 of a set of the demo's world. */
  datasets: z.array(
    z.object({
      key,
      name,
      description: z.string(),
      set: z.enum(["real-training", "real-held-out"]),
      count: z.number().int().min(1),
    }),
  ),
  sampleSets: z.array(
    z.object({
      key,
      name,
      dataset: key,
      base: key,
      upsampler: key.nullable(),
      settings: sampleSettings,
      /** Pictures drawn for the first caption of pictures 0 to captions - 1: `<index>-<seed>.png` in `folder`. */
      captions: z.number().int().min(1),
      folder: z.string(),
      evaluations: z.array(
        z.object({
          metrics: z.array(z.string()),
          sidePx: z.number().int().nullable(),
          scores: z.array(score),
        }),
      ),
      /** Counted on these pictures: how often an attribute that the caption names is drawn as it says. */
      fidelity: z.object({ fur: share, setting: share }),
    }),
  ),
  studies: z.array(
    z.object({
      key,
      name: z.string().min(1).max(120),
      instructions: z.string(),
      question: z.string(),
      arms: z.array(z.object({ name: z.string(), dataset: key.optional(), sampleSet: key.optional() })),
      captions: z.number().int().min(1),
      ratersPerItem: z.number().int().min(1),
      itemsPerRater: z.number().int().min(1),
      /** CSV of simulated votes; null: the study stays open for people. */
      votes: z.string().nullable(),
    }),
  ),
});

export type DemoPack = z.infer<typeof demoPack>;

/** Name of the manifest within a pack's folder. */
export const packFile = "pack.json";

/**
 * @returns null where the folder holds no pack
 * @throws SemblanceError `invalid_file` for a manifest that is not one
 */
export async function readDemoPack(folder: string): Promise<DemoPack | null> {
  const path = join(folder, packFile);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return demoPack.parse(JSON.parse(text));
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${path} is not a demo pack that this version can read.`, {
      remedy: "Check out the repository anew, or start without the demo: npm start -- --empty",
      cause,
    });
  }
}
