/** The photographs of a dataset that look alike, as the latest search has found them. */
import { db } from "@/lib/platform/database/db";

export type ListedDuplicate = { group: number; fileName: string; distance: number };

/** By group; excluded photographs are left out. */
export async function listNearDuplicates(datasetId: string): Promise<ListedDuplicate[]> {
  const rows = await db.nearDuplicate.findMany({
    where: { image: { datasetId, isExcluded: false } },
    orderBy: [{ group: "asc" }, { image: { position: "asc" } }],
    select: { group: true, distance: true, image: { select: { fileName: true, stem: true } } },
  });
  return rows.map(({ group, distance, image }) => ({
    group,
    distance,
    fileName: image.fileName ?? image.stem,
  }));
}
