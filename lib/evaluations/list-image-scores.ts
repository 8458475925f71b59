/** A metric's scores of the single images of an evaluation, from the best or from the worst. */
import type { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";

export type Photograph = { id: string; sha256: string; stem: string };

/** A drawn image with its caption and what it was drawn after. */
export type ScoredImage = {
  sampleId: string;
  seed: number;
  /** The finished image. */
  sha256: string;
  /** The base's image, before it was upsampled. */
  baseSha256: string | null;
  caption: string;
  /** BCP 47. */
  captionLanguage: string;
  /** The photograph that the caption describes, if there is one. */
  photograph: Photograph | null;
  value: number;
  /** The photograph that the value is about, for metrics that look for one. */
  nearest: Photograph | null;
  hasHeatMaps: boolean;
};

/** @param order by value: "desc" begins with the highest */
export async function listImageScores(
  evaluationId: string,
  metric: string,
  { order, take }: { order: "asc" | "desc"; take: number },
): Promise<ScoredImage[]> {
  const rows = await db.imageScore.findMany({
    where: { evaluationId, metric },
    orderBy: [{ value: order }, { sampleId: "asc" }],
    take,
    select: scoredImage,
  });
  const drawn = await withHeatMaps(
    evaluationId,
    metric,
    rows.map(({ sampleId }) => sampleId),
  );
  return rows.map((row) => toScoredImage(row, drawn.has(row.sampleId)));
}

/** The metrics of an evaluation that say something of single images, and of how many. */
export async function listImageMetrics(
  evaluationId: string,
): Promise<{ metric: string; count: number; hasNearest: boolean }[]> {
  const groups = await db.imageScore.groupBy({
    by: ["metric"],
    where: { evaluationId },
    _count: { _all: true, nearestId: true },
    orderBy: { metric: "asc" },
  });
  return groups.map(({ metric, _count }) => ({
    metric,
    count: _count._all,
    hasNearest: _count.nearestId > 0,
  }));
}

/** Of these samples the ones with heat maps, whose contents are too large to be read for a list. */
async function withHeatMaps(evaluationId: string, metric: string, sampleIds: string[]): Promise<Set<string>> {
  if (sampleIds.length === 0) return new Set();
  const rows = await db.$queryRaw<{ sampleId: string }[]>`
    SELECT "sampleId" FROM "ImageScore"
    WHERE "evaluationId" = ${evaluationId}::uuid AND "metric" = ${metric}
      AND "sampleId" = ANY(${sampleIds}::uuid[]) AND "heatMaps" IS NOT NULL`;
  return new Set(rows.map(({ sampleId }) => sampleId));
}

const photograph = { select: { id: true, blobSha256: true, stem: true } } as const;

const scoredImage = {
  sampleId: true,
  value: true,
  nearest: photograph,
  sample: {
    select: {
      seed: true,
      blobSha256: true,
      baseSha256: true,
      caption: {
        select: {
          text: true,
          image: { select: { ...photograph.select, dataset: { select: { captionLanguage: true } } } },
        },
      },
    },
  },
} satisfies Prisma.ImageScoreSelect;

type Row = Prisma.ImageScoreGetPayload<{ select: typeof scoredImage }>;

function toScoredImage({ sampleId, value, nearest, sample }: Row, hasHeatMaps: boolean): ScoredImage {
  return {
    sampleId,
    seed: sample.seed,
    sha256: sample.blobSha256,
    baseSha256: sample.baseSha256,
    caption: sample.caption.text,
    captionLanguage: sample.caption.image.dataset.captionLanguage,
    photograph: toPhotograph(sample.caption.image),
    value,
    nearest: nearest && toPhotograph(nearest),
    hasHeatMaps,
  };
}

/** Null for a place whose captions have no photograph. */
export function toPhotograph({
  id,
  blobSha256,
  stem,
}: {
  id: string;
  blobSha256: string | null;
  stem: string;
}): Photograph | null {
  return blobSha256 === null ? null : { id, sha256: blobSha256, stem };
}
