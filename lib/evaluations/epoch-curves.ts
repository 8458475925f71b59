/** Scores of a run's models across its epochs: one curve for everything that was drawn and compared alike. */
import { splitWords } from "@/lib/datasets/split-choice";
import { sampleSettings, samplingWords } from "@/lib/diffusion/sampling/sample-settings";
import { db } from "@/lib/platform/database/db";
import { counted } from "@/lib/text/counted";
import { recipeDifferences } from "./comparable-recipe";
import { partToText } from "./scored-part";

export type EpochPoint = {
  epoch: number;
  evaluationId: string;
  checkpoint: { id: string; name: string };
  value: number;
  low: number | null;
  high: number | null;
  realCount: number;
  generatedCount: number;
};

export type EpochCurve = {
  metric: string;
  /** Of the real photographs. */
  datasetId: string;
  sidePx: number | null;
  /** What else decides the figures, in words: captions, photographs, the other part, how it draws, the side. */
  conditions: string[];
  /** By epoch; for each model the newest evaluation. */
  points: EpochPoint[];
  /** Whether all points were computed by one recipe; figures of different ones do not compare. */
  sameRecipe: boolean;
};

/** Of every metric that at least one model of the run was scored by; curves with the most points first. */
export async function listEpochCurves(fineTuneId: string): Promise<EpochCurve[]> {
  const ofRun = { fineTuneId };
  const evaluations = await db.evaluation.findMany({
    where: {
      state: "SUCCEEDED",
      sampleSet: { OR: [{ baseCheckpoint: ofRun }, { upsamplerCheckpoint: ofRun }] },
    },
    orderBy: { createdAt: "desc" },
    include: {
      dataset: { select: { id: true, name: true } },
      scores: true,
      sampleSet: {
        include: {
          dataset: { select: { name: true } },
          baseCheckpoint: { select: { id: true, name: true, fineTuneId: true, epoch: true } },
          upsamplerCheckpoint: { select: { id: true, name: true, fineTuneId: true, epoch: true } },
        },
      },
    },
  });
  const curves = new Map<string, EpochCurve & { recipes: Record<string, unknown>[] }>();
  for (const { id, dataset, split, captionCategories, sidePx, scores, sampleSet } of evaluations) {
    const { baseCheckpoint: base, upsamplerCheckpoint: upsampler } = sampleSet;
    // Sets of earlier versions say nothing of settings that came later.
    const settings = sampleSettings.parse(sampleSet.settings);
    const isUpsampler = upsampler?.fineTuneId === fineTuneId;
    const own = isUpsampler ? upsampler : base;
    const other = isUpsampler ? base : upsampler;
    if (!own || own.epoch === null) continue;
    const conditions = [
      `against ${partToText({ split, captionCategories }, dataset.name)}`,
      ...(sampleSet.dataset.name === dataset.name ? [] : [`captions of ${sampleSet.dataset.name}`]),
      sampleSet.captionLimit === null
        ? "all images"
        : `first ${counted(sampleSet.captionLimit, "caption", "captions")}`,
      ...(sampleSet.allCaptions ? ["every caption"] : []),
      ...(sampleSet.captionCategories.length > 0
        ? [`captions of ${sampleSet.captionCategories.join(" or ")}`]
        : []),
      ...(sampleSet.captionSplit === null || sampleSet.captionSplit === split
        ? []
        : [`captions of ${splitWords[sampleSet.captionSplit]} images`]),
      ...(other ? [isUpsampler ? `upsampling ${other.name}` : `upsampled by ${other.name}`] : []),
      samplingWords(settings),
      ...(sidePx === null ? [] : [`at ${sidePx} px`]),
    ];
    for (const { metric, value, low, high, realCount, generatedCount, recipe } of scores) {
      if (value === null) continue;
      const key = JSON.stringify([
        metric,
        dataset.id,
        sampleSet.datasetId,
        other?.id,
        sidePx,
        conditions,
        settings,
      ]);
      const curve = curves.get(key) ?? {
        metric,
        datasetId: dataset.id,
        sidePx,
        conditions,
        points: [],
        sameRecipe: true,
        recipes: [],
      };
      curves.set(key, curve);
      if (curve.points.some(({ checkpoint }) => checkpoint.id === own.id)) continue;
      curve.points.push({
        epoch: own.epoch,
        evaluationId: id,
        checkpoint: { id: own.id, name: own.name },
        value,
        low,
        high,
        realCount,
        generatedCount,
      });
      curve.recipes.push(recipe as Record<string, unknown>);
    }
  }
  return [...curves.values()]
    .map(({ recipes, ...curve }) => ({
      ...curve,
      points: curve.points.sort((a, b) => a.epoch - b.epoch),
      sameRecipe: recipeDifferences(recipes).length === 0,
    }))
    .sort((a, b) => b.points.length - a.points.length || a.metric.localeCompare(b.metric));
}
