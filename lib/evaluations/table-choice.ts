/** What a comparison table is made of: sets, photographs, metrics and sides; also as the parameters of an address. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { metricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { chosenCategories } from "../datasets/caption-category";
import { splitChoice } from "../datasets/split-choice";
import { evaluationSidesPx } from "./evaluation-side";

/** Rows of a table at most: what a page of paper holds. */
export const mostTableSets = 24;

export const tableChoice = z.object({
  sets: z
    .array(
      z.object({ id: z.uuid(), group: z.string().max(80).optional(), name: z.string().max(80).optional() }),
    )
    .min(1, "Choose at least one sample set.")
    .max(mostTableSets, `Choose at most ${mostTableSets} sample sets.`),
  /** The real photographs; absent: those whose captions the first set draws. */
  datasetId: z.uuid().optional(),
  /** Only evaluations with photographs that are held out, or that models learn from; null: with all. */
  split: splitChoice,
  /** Only evaluations of captions of these categories alone; empty: of all captions. */
  captionCategories: chosenCategories.default([]),
  metrics: z.array(z.enum(metricNames)).min(1, "Choose at least one metric."),
  sidesPx: z
    .array(z.union([z.null(), z.literal(evaluationSidesPx)]))
    .min(1, "Choose at least one image size."),
});

export type TableChoice = z.infer<typeof tableChoice>;

/**
 * Out of `set` (repeated), `real`, `split` (HELD_OUT or TRAINING), `category` (repeated: NAME=VALUE), `metric` (repeated) and `side` (repeated: 64, 256, or "own" for images as they
 * are); null where no set is named or something cannot be used.
 */
export function readTableChoice(query: URLSearchParams): TableChoice | null {
  const sides = query.getAll("side");
  const metrics = query.getAll("metric");
  const parsed = tableChoice.safeParse({
    sets: query.getAll("set").map((id) => ({ id })),
    datasetId: query.get("real") || undefined,
    split: query.get("split"),
    captionCategories: query.getAll("category"),
    metrics: metrics.length > 0 ? metrics : ["fid"],
    sidesPx: sides.length > 0 ? sides.map((side) => (side === "own" ? null : Number(side))) : [64, 256],
  });
  return parsed.success ? parsed.data : null;
}

/** As `readTableChoice`. @throws SemblanceError `invalid_input` instead of returning null */
export function requireTableChoice(query: URLSearchParams): TableChoice {
  const choice = readTableChoice(query);
  if (choice) return choice;
  throw new SemblanceError("invalid_input", "This is not a comparison table.", {
    remedy:
      "Give set=ID for every row, and metric, side (64, 256 or own), real=ID, split (HELD_OUT or TRAINING) and category=NAME=VALUE if they differ from the defaults.",
  });
}

/** The parameters that `readTableChoice` reads. */
export function writeTableChoice({
  sets,
  datasetId,
  split,
  captionCategories,
  metrics,
  sidesPx,
}: TableChoice): URLSearchParams {
  return new URLSearchParams([
    ...sets.map(({ id }) => ["set", id]),
    ...(datasetId ? [["real", datasetId]] : []),
    ...(split ? [["split", split]] : []),
    ...captionCategories.map((category) => ["category", category]),
    ...metrics.map((metric) => ["metric", metric]),
    ...sidesPx.map((side) => ["side", side === null ? "own" : String(side)]),
  ]);
}
