/** The demo as it is shipped: a folder with `pack.json`, weights, drawn images, their figures and simulated votes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { sampleSettings, seedsOf } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";

const key = z.string().regex(/^[a-z0-9-]+$/);
const name = z.string().min(1).max(100);
const count = z.number().int().min(0);

/** Of `right` of `total` images, with a 95% interval; shares from 0 to 1. */
const share = z.object({ right: count, total: count, low: z.number(), high: z.number() });

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
  /** One value for each image of the set, in order, for metrics that are means of such. */
  perImage: z.array(z.number()).nullable(),
});

const evaluation = z.object({
  metrics: z.array(z.string()),
  sidePx: z.number().int().nullable(),
  scores: z.array(score),
});

const run = {
  key,
  name: z.string().min(1).max(80),
  part: z.enum(["BASE", "UPSAMPLER"]),
  dataset: key,
  start: key,
};

/** Rows refer to each other by key; files are below the pack's folder. */
export const demoPack = z.object({
  version: z.literal(1),
  /** What the pack was made from, for anyone who reads a figure. */
  madeFrom: z.string(),
  /** Redrawn at installation: images 0 to count - 1 of a set of the demo's world. */
  datasets: z.array(
    z.object({
      key,
      name,
      description: z.string(),
      set: z.enum(["real-training", "real-held-out"]),
      count: z.number().int().min(1),
    }),
  ),
  /** `fineTune` names the run that wrote the model; null for one that was trained from random weights. */
  checkpoints: z.array(
    z.object({
      key,
      name,
      file: z.string(),
      fineTune: key.nullable(),
      epoch: z.number().nullable(),
      step: count.nullable(),
    }),
  ),
  /** Runs that have ended, of one phase or of several, each of which went on from the one before. */
  fineTunes: z.array(
    z.object({
      ...run,
      phases: z
        .array(
          z.object({
            settings: fineTuneSettings,
            /** A CSV of step, counted from the phase's beginning, and loss. */
            curve: z.string(),
          }),
        )
        .min(1),
    }),
  ),
  /** Runs with everything that their pages showed, for people to see what a run looks like; see recorded-run.ts. */
  recordedRuns: z.array(
    z.object({
      ...run,
      /** Weights of `start`. */
      startFile: z.string(),
      settings: fineTuneSettings,
      folder: z.string(),
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
      /** Images drawn for the first caption of images 0 to captions - 1: `<index>-<seed>.png` in `folder`. */
      captions: z.number().int().min(1),
      folder: z.string(),
      evaluations: z.array(evaluation),
      /** Counted on these images: how often an attribute that the caption names is drawn as it says. */
      fidelity: z.object({ fur: share, setting: share }),
    }),
  ),
  /** By how much one set is better than another of the same captions and seeds; above 0 is better. */
  improvements: z.array(
    z.object({
      metric: z.string(),
      from: key,
      to: key,
      value: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  /** How often the noised CLIP finds the caption of a held-out image with noise, by band of timesteps. */
  noisedClip: z.array(share.extend({ from: count, to: count, byChance: z.number() })),
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
  /** What the form of a fine-tune is filled in with: some minutes on two cores. */
  suggestedFineTune: z.object({ start: key, dataset: key, settings: fineTuneSettings }),
});

export type DemoPack = z.infer<typeof demoPack>;
export type PackedSet = DemoPack["sampleSets"][number];
export type PackedEvaluation = z.infer<typeof evaluation>;
export type PackedImprovement = DemoPack["improvements"][number];

/** Name of the manifest within a pack's folder. */
export const packFile = "pack.json";

/** Where a pack keeps the demo's noised CLIP. */
export const noisedClipFolder = join("weights", "noised-clip");

/** An image of a packed set. */
export type PackedImage = { readonly index: number; readonly seed: number };

/** The images of a set, in order. */
export function packedImages({
  captions,
  settings,
}: Pick<PackedSet, "captions" | "settings">): PackedImage[] {
  return Array.from({ length: captions }, (_, index) =>
    seedsOf(settings).map((seed) => ({ index, seed })),
  ).flat();
}

/** Where an image of a set is below the pack's folder, and the base's where it was upsampled. */
export function packedFile({ folder }: Pick<PackedSet, "folder">, { index, seed }: PackedImage) {
  const stem = join(folder, `${String(index).padStart(3, "0")}-${seed}`);
  return { image: `${stem}.png`, base: `${stem}-base.png` };
}

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
