/** Captioning desks as the dashboard lists them. */
import type { DeskState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";

export type DeskSummary = {
  id: string;
  name: string;
  state: DeskState;
  isDemo: boolean;
  createdAt: Date;
  datasetId: string;
  datasetName: string;
  images: number;
  people: number;
  captions: number;
};

export const deskSortKeys = ["name", "state", "createdAt"] as const;

export async function listDesks(
  query: ListQuery<(typeof deskSortKeys)[number]> = {},
): Promise<{ desks: DeskSummary[]; total: number }> {
  const [rows, total] = await Promise.all([
    db.desk.findMany({
      ...sortedPage(query, ["createdAt", "desc"]),
      include: {
        dataset: { select: { name: true } },
        _count: { select: { images: true, captioners: { where: { joinedAt: { not: null } } } } },
      },
    }),
    db.desk.count(),
  ]);
  const counts = await db.$queryRaw<{ id: string; captions: number }[]>`
    SELECT i."deskId" AS id, count(*)::int AS captions FROM "DeskCaption" c
    JOIN "CaptionTask" t ON t.id = c."taskId" JOIN "DeskImage" i ON i.id = t."deskImageId"
    WHERE i."deskId" = ANY(${rows.map(({ id }) => id)}::uuid[]) GROUP BY 1`;
  const captionsOf = new Map(counts.map(({ id, captions }) => [id, captions]));
  const desks = rows.map(({ dataset, _count, ...desk }) => ({
    id: desk.id,
    name: desk.name,
    state: desk.state,
    isDemo: false,
    createdAt: desk.createdAt,
    datasetId: desk.datasetId,
    datasetName: dataset.name,
    images: _count.images,
    people: _count.captioners,
    captions: captionsOf.get(desk.id) ?? 0,
  }));
  return { desks, total };
}
