/** What can become an arm of a study: datasets with images, and finished sample sets. */
import { type CategoryCount, listCategoriesOf } from "@/lib/datasets/list-categories";
import { photographs } from "@/lib/datasets/photographs";
import { imagesAt } from "@/lib/datasets/revisions/at-revision";
import { db } from "@/lib/platform/database/db";
import type { StudyDesign } from "./study-design";

export type ArmSource = {
  kind: "dataset" | "sampleSet";
  id: string;
  name: string;
  imageCount: number;
  /** Of its dataset's captions; absent where they have none. */
  categories?: readonly CategoryCount[];
};

const usable = { ...photographs, ...imagesAt("newest") };

/** @param design whose sources are listed in any case, such as a dataset that is just being imported again */
export async function listArmSources(design: Pick<StudyDesign, "arms"> = { arms: [] }): Promise<ArmSource[]> {
  const named = design.arms.flatMap(({ datasetId, sampleSetId }) => datasetId ?? sampleSetId ?? []);
  const [datasets, sampleSets] = await Promise.all([
    db.dataset.findMany({
      where: { OR: [{ state: "READY", images: { some: usable } }, { id: { in: named } }] },
      orderBy: { createdAt: "desc" },
      select: { id: true, name: true, _count: { select: { images: { where: usable } } } },
    }),
    db.sampleSet.findMany({
      where: { OR: [{ state: "SUCCEEDED" }, { id: { in: named } }] },
      orderBy: { createdAt: "asc" },
      select: { id: true, name: true, datasetId: true, _count: { select: { samples: true } } },
    }),
  ]);
  const categories = await listCategoriesOf([
    ...new Set([...datasets.map(({ id }) => id), ...sampleSets.map(({ datasetId }) => datasetId)]),
  ]);
  const ofDataset = (id: string) => {
    const found = categories.get(id);
    return found ? { categories: found } : {};
  };
  return [
    ...datasets.map((row) => ({
      kind: "dataset" as const,
      id: row.id,
      name: row.name,
      imageCount: row._count.images,
      ...ofDataset(row.id),
    })),
    ...sampleSets.map((row) => ({
      kind: "sampleSet" as const,
      id: row.id,
      name: row.name,
      imageCount: row._count.samples,
      ...ofDataset(row.datasetId),
    })),
  ];
}
