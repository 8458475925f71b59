/** One image of an evaluation: its score in every metric, its rank among the others, and its heat maps. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { finishedSidePx } from "./evaluation-side";
import { type HeatMaps, heatMaps } from "./heat-maps";
import { type Photograph, toPhotograph } from "./list-image-scores";

export type ImageFigure = {
  metric: string;
  value: number;
  /** Place among the evaluation's images, from 1 for the highest value; equal values share the best place. */
  place: number;
  count: number;
  nearest: Photograph | null;
  heatMaps: HeatMaps | null;
};

export type ScoredImageDetail = {
  evaluation: { id: string; sidePx: number | null; sampleSet: { id: string; name: string; isDemo: boolean } };
  sampleId: string;
  seed: number;
  /** Of imported images, as stored: see lib/samples/sample-origin.ts. */
  origin: unknown;
  sha256: string;
  baseSha256: string | null;
  sidePx: number;
  caption: string;
  /** BCP 47. */
  captionLanguage: string;
  /** The photograph that the caption describes, if there is one. */
  photograph: Photograph | null;
};

/** @throws SemblanceError `not_found` */
export async function getScoredImage(evaluationId: string, sampleId: string): Promise<ScoredImageDetail> {
  const evaluation = await db.evaluation.findUnique({
    where: { id: evaluationId },
    select: {
      id: true,
      sidePx: true,
      sampleSet: {
        select: {
          id: true,
          name: true,
          isDemo: true,
          shortestSidePx: true,
          baseCheckpoint: true,
          upsamplerCheckpoint: true,
        },
      },
    },
  });
  const sample = await db.sample.findUnique({
    where: { id: sampleId },
    include: {
      caption: { include: { image: { include: { dataset: { select: { captionLanguage: true } } } } } },
    },
  });
  if (!evaluation || sample?.sampleSetId !== evaluation.sampleSet.id) {
    throw new SemblanceError("not_found", "The evaluation has no such image.");
  }
  const { image } = sample.caption;
  const { id, name, isDemo } = evaluation.sampleSet;
  return {
    evaluation: { id: evaluationId, sidePx: evaluation.sidePx, sampleSet: { id, name, isDemo } },
    sampleId,
    seed: sample.seed,
    origin: sample.origin,
    sha256: sample.blobSha256,
    baseSha256: sample.baseSha256,
    sidePx: finishedSidePx(evaluation.sampleSet),
    caption: sample.caption.text,
    captionLanguage: image.dataset.captionLanguage,
    photograph: toPhotograph(image),
  };
}

/** By the name of the metric. */
export async function listImageFigures(evaluationId: string, sampleId: string): Promise<ImageFigure[]> {
  const scores = await db.imageScore.findMany({
    where: { evaluationId, sampleId },
    orderBy: { metric: "asc" },
    include: { nearest: true },
  });
  return Promise.all(
    scores.map(async ({ metric, value, nearest, heatMaps: stored }) => {
      const where = { evaluationId, metric };
      const [above, count] = await Promise.all([
        db.imageScore.count({ where: { ...where, value: { gt: value } } }),
        db.imageScore.count({ where }),
      ]);
      return {
        metric,
        value,
        place: above + 1,
        count,
        nearest: nearest && toPhotograph(nearest),
        heatMaps: stored === null ? null : heatMaps.parse(stored),
      };
    }),
  );
}
