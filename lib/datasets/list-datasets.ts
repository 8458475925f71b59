/** Datasets as the dashboard lists them. */
import type { DatasetState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import { photographs } from "./photographs";
import { imagesAt } from "./revisions/at-revision";

export type DatasetSummary = {
  id: string;
  name: string;
  state: DatasetState;
  isDemo: boolean;
  createdAt: Date;
  /** Photographs that are not excluded. */
  imageCount: number;
  /** Of these photographs, those that models learn from. */
  trainingCount: number;
  captionCount: number;
  /** Captions that are the first of their photograph, or that have none. */
  firstCaptionCount: number;
  /** SHA-256 of up to four images, for thumbnails. */
  firstImages: string[];
};

export const datasetSortKeys = ["name", "state", "createdAt"] as const;

/** @param page from 1, with `pageSize` datasets each */
export async function listDatasets(
  query: ListQuery<(typeof datasetSortKeys)[number]> = {},
): Promise<{ datasets: DatasetSummary[]; total: number }> {
  const [rows, total] = await Promise.all([
    db.dataset.findMany({
      ...sortedPage(query, ["createdAt", "desc"]),
      include: {
        images: {
          where: { ...photographs, ...imagesAt("newest") },
          orderBy: { position: "asc" },
          take: 4,
          select: { blobSha256: true },
        },
      },
    }),
    db.dataset.count(),
  ]);
  const counts = await countContents(rows.map(({ id }) => id));
  const datasets = rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    imageCount: 0,
    trainingCount: 0,
    captionCount: 0,
    firstCaptionCount: 0,
    ...counts.get(row.id),
    firstImages: row.images.map(({ blobSha256 }) => blobSha256!),
  }));
  return { datasets, total };
}

type Counts = Pick<DatasetSummary, "imageCount" | "trainingCount" | "captionCount" | "firstCaptionCount">;

/** Of the newest revisions. */
async function countContents(datasetIds: readonly string[]): Promise<Map<string, Counts>> {
  const rows = await db.$queryRaw<({ id: string } & Counts)[]>`
    SELECT "datasetId" AS id, count(*) FILTER (WHERE "blobSha256" IS NOT NULL)::int AS "imageCount",
      count(*) FILTER (WHERE "blobSha256" IS NOT NULL AND "split" = 'TRAINING')::int AS "trainingCount",
      coalesce(sum(captions.count), 0)::int AS "captionCount", coalesce(sum(captions.first), 0)::int AS "firstCaptionCount"
    FROM "Image"
    LEFT JOIN LATERAL (
      SELECT count(*) AS count, count(*) FILTER (WHERE "position" = 0) AS first FROM "Caption"
      WHERE "imageId" = "Image"."id" AND "untilRevision" IS NULL
    ) captions ON true
    WHERE "datasetId" = ANY(${[...datasetIds]}::uuid[]) AND NOT "isExcluded"
    GROUP BY "datasetId"`;
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
