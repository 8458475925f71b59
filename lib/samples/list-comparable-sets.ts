/** Sample sets that can stand beside another in a grid: they have images for the same captions. */
import { db } from "@/lib/platform/database/db";
import { listSampleSets, type SampleSetSummary } from "./list-sample-sets";

const mostListed = 100;

/** Sets of the same dataset first, then those of others that have a sample for a caption of the same text; without itself. */
export async function listComparableSets({
  id,
  dataset,
}: Pick<SampleSetSummary, "id" | "dataset">): Promise<SampleSetSummary[]> {
  const alike = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT other.id FROM "SampleSet" AS other
    JOIN "Sample" AS sample ON sample."sampleSetId" = other.id
    JOIN "Caption" AS caption ON caption.id = sample."captionId"
    WHERE other."datasetId" <> ${dataset.id}::uuid AND caption.text IN (
      SELECT own.text FROM "Sample" AS drawn JOIN "Caption" AS own ON own.id = drawn."captionId"
      WHERE drawn."sampleSetId" = ${id}::uuid)
    LIMIT ${mostListed}`;
  const [siblings, others] = await Promise.all([
    listSampleSets({ datasetId: dataset.id, pageSize: mostListed }),
    listSampleSets({ ids: alike.map((set) => set.id), pageSize: mostListed }),
  ]);
  return [...siblings.sampleSets.filter((set) => set.id !== id), ...others.sampleSets];
}
