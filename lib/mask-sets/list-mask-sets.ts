/** Mask sets as the dashboard lists them. */
import { SemblanceError } from "@/lib/errors";
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";

export type MaskSetSummary = {
  id: string;
  name: string;
  state: RunState;
  error: string | null;
  /** `captionLanguage` is a BCP 47 tag. */
  dataset: { id: string; name: string; captionLanguage: string };
  maskCount: number;
  sampleSetCount: number;
  isDemo: boolean;
  createdAt: Date;
};

export const maskSetSortKeys = ["name", "state", "createdAt"] as const;

/** @param query page from 1; `ids` narrow the list */
export async function listMaskSets({
  ids,
  ...query
}: ListQuery<(typeof maskSetSortKeys)[number]> & { ids?: string[] } = {}): Promise<{
  maskSets: MaskSetSummary[];
  total: number;
}> {
  const where = ids ? { id: { in: ids } } : {};
  const [rows, total] = await Promise.all([
    db.maskSet.findMany({
      where,
      ...sortedPage(query, ["createdAt", "desc"]),
      include: {
        dataset: { select: { id: true, name: true, captionLanguage: true } },
        _count: { select: { masks: true, sampleSets: true } },
      },
    }),
    db.maskSet.count({ where }),
  ]);
  const maskSets = rows.map(({ _count, datasetId: _, ...row }) => ({
    ...row,
    maskCount: _count.masks,
    sampleSetCount: _count.sampleSets,
  }));
  return { maskSets, total };
}

/** @throws SemblanceError `not_found` */
export async function getMaskSet(id: string): Promise<MaskSetSummary> {
  const { maskSets } = await listMaskSets({ ids: [id], pageSize: 1 });
  if (maskSets[0]) return maskSets[0];
  throw new SemblanceError("not_found", "There are no such masks.", {
    remedy: "They may have been deleted.",
  });
}

/** Images with their masks and first captions, in the dataset's order. @param page from 1 */
export async function listMasks(
  maskSetId: string,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ imageId: string; imageSha256: string | null; maskSha256: string; caption: string | null }[]> {
  const rows = await db.mask.findMany({
    where: { maskSetId },
    orderBy: { image: { position: "asc" } },
    skip: (page - 1) * pageSize,
    take: pageSize,
    include: {
      image: {
        select: {
          blobSha256: true,
          captions: { where: { position: 0, untilRevision: null }, select: { text: true }, take: 1 },
        },
      },
    },
  });
  return rows.map(({ imageId, blobSha256, image }) => ({
    imageId,
    imageSha256: image.blobSha256,
    maskSha256: blobSha256,
    caption: image.captions[0]?.text ?? null,
  }));
}
