/** What can become an arm of a study: datasets with pictures, and finished sample sets. */
import { db } from "@/lib/db";

export type ArmSource = {
  kind: "dataset" | "sampleSet";
  id: string;
  name: string;
  pictureCount: number;
};

export async function listArmSources(): Promise<ArmSource[]> {
  const [datasets, sampleSets] = await Promise.all([
    db.dataset.findMany({
      where: { state: "READY" },
      orderBy: { createdAt: "desc" },
      select: { id: true, name: true, _count: { select: { pictures: true } } },
    }),
    db.sampleSet.findMany({
      where: { state: "SUCCEEDED" },
      orderBy: { createdAt: "asc" },
      select: { id: true, name: true, _count: { select: { samples: true } } },
    }),
  ]);
  return [
    ...datasets.map((row) => ({
      kind: "dataset" as const,
      id: row.id,
      name: row.name,
      pictureCount: row._count.pictures,
    })),
    ...sampleSets.map((row) => ({
      kind: "sampleSet" as const,
      id: row.id,
      name: row.name,
      pictureCount: row._count.samples,
    })),
  ];
}
