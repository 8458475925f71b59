/** Datasets as the dashboard lists them. */
import type { DatasetState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import { type ContentCounts, countContents } from "./count-contents";

export type DatasetSummary = ContentCounts & {
  id: string;
  name: string;
  state: DatasetState;
  isDemo: boolean;
  createdAt: Date;
  /** SHA-256 of up to four images, for thumbnails. */
  firstImages: string[];
};

export const datasetSortKeys = ["name", "state", "createdAt"] as const;

/** @param page from 1, with `pageSize` datasets each */
export async function listDatasets(
  query: ListQuery<(typeof datasetSortKeys)[number]> = {},
): Promise<{ datasets: DatasetSummary[]; total: number }> {
  const [rows, total] = await Promise.all([
    db.dataset.findMany(sortedPage(query, ["createdAt", "desc"])),
    db.dataset.count(),
  ]);
  const ids = rows.map(({ id }) => id);
  const [counts, firstImages] = await Promise.all([countContents(rows), findFirstImages(ids)]);
  const datasets = rows.map((row, at) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    ...counts[at]!,
    firstImages: firstImages.get(row.id) ?? [],
  }));
  return { datasets, total };
}

/** A `take` within an `include` would read all images of the datasets. */
async function findFirstImages(ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db.$queryRaw<{ id: string; sha256s: string[] }[]>`
    SELECT dataset."id", first."sha256s" FROM unnest(${[...ids]}::uuid[]) AS dataset("id")
    CROSS JOIN LATERAL (
      SELECT array_agg("blobSha256" ORDER BY "position") AS "sha256s" FROM (
        SELECT "blobSha256", "position" FROM "Image"
        WHERE "datasetId" = dataset."id" AND "blobSha256" IS NOT NULL AND NOT "isExcluded"
        ORDER BY "position" LIMIT 4
      ) image
    ) first
    WHERE first."sha256s" IS NOT NULL`;
  return new Map(rows.map(({ id, sha256s }) => [id, sha256s]));
}
