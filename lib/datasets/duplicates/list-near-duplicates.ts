/** The photographs of a dataset that look alike, as the latest search has found them. */
import type { Split } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { counted } from "@/lib/text/counted";

export type ListedDuplicate = { group: number; fileName: string; distance: number; split: Split };

/** By group; excluded photographs are left out. */
export async function listNearDuplicates(datasetId: string): Promise<ListedDuplicate[]> {
  const rows = await db.nearDuplicate.findMany({
    where: { image: { datasetId, isExcluded: false } },
    orderBy: [{ group: "asc" }, { image: { position: "asc" } }],
    select: { group: true, distance: true, image: { select: { fileName: true, stem: true, split: true } } },
  });
  return rows.map(({ group, distance, image }) => ({
    group,
    distance,
    fileName: image.fileName ?? image.stem,
    split: image.split,
  }));
}

/** What a report says of them; null where nobody has looked for them. */
export type DuplicateSummary = {
  /** ISO 8601. */
  comparedAt: string;
  groups: number;
  images: number;
  /** Groups with images on both sides of the split: models are judged by what looks like what they learnt from. */
  acrossSplits: number;
};

/** Of images that are not excluded, groups of at least two. */
export async function summarizeDuplicates(datasetId: string): Promise<DuplicateSummary | null> {
  const dataset = await db.dataset.findUnique({ where: { id: datasetId }, select: { comparedAt: true } });
  if (!dataset?.comparedAt) return null;
  const [row] = await db.$queryRaw<Omit<DuplicateSummary, "comparedAt">[]>`
    SELECT count(*)::int AS groups, COALESCE(sum(images), 0)::int AS images,
      count(*) FILTER (WHERE splits > 1)::int AS "acrossSplits"
    FROM (
      SELECT count(*) AS images, count(DISTINCT image."split") AS splits FROM "NearDuplicate" duplicate
      JOIN "Image" image ON image."id" = duplicate."imageId"
      WHERE image."datasetId" = ${datasetId}::uuid AND NOT image."isExcluded"
      GROUP BY duplicate."group" HAVING count(*) > 1
    ) alike`;
  return { comparedAt: dataset.comparedAt.toISOString(), ...row! };
}

/** As a sentence. */
export function duplicatesToText({ groups, images, acrossSplits }: DuplicateSummary): string {
  if (groups === 0) return "No two images look alike.";
  const alike = `${images} images look like others, in ${counted(groups, "group", "groups")}.`;
  if (acrossSplits === 0) return alike;
  const verb = acrossSplits === 1 ? "has" : "have";
  return `${alike} ${acrossSplits} of these ${verb} both images for training and held-out ones: a model is judged by what looks like what it learnt from.`;
}
