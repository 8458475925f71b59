/** Datasets as the dashboard lists them. */
import type { DatasetState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import { type ContentCounts, countContents } from "./count-contents";
import { photographs } from "./photographs";
import { imagesAt } from "./revisions/at-revision";

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
  const datasets = rows.map((row, at) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    ...counts[at]!,
    firstImages: row.images.map(({ blobSha256 }) => blobSha256!),
  }));
  return { datasets, total };
}
