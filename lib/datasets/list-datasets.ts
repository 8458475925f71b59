/** Datasets as the dashboard lists them. */
import type { DatasetState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import { photographs } from "./photographs";

export type DatasetSummary = {
  id: string;
  name: string;
  state: DatasetState;
  isDemo: boolean;
  createdAt: Date;
  imageCount: number;
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
        _count: { select: { images: { where: photographs } } },
        images: { where: photographs, orderBy: { position: "asc" }, take: 4, select: { blobSha256: true } },
      },
    }),
    db.dataset.count(),
  ]);
  const datasets = await Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      name: row.name,
      state: row.state,
      isDemo: row.isDemo,
      createdAt: row.createdAt,
      imageCount: row._count.images,
      captionCount: await db.caption.count({ where: { image: { datasetId: row.id } } }),
      firstCaptionCount: await db.caption.count({ where: { position: 0, image: { datasetId: row.id } } }),
      firstImages: row.images.map(({ blobSha256 }) => blobSha256!),
    })),
  );
  return { datasets, total };
}
