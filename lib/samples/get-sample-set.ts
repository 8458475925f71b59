/** One sample set. */
import { SemblanceError } from "@/lib/errors";
import { listSampleSets, type SampleSetSummary } from "./list-sample-sets";

/** @throws SemblanceError `not_found` */
export async function getSampleSet(id: string): Promise<SampleSetSummary> {
  const { sampleSets } = await listSampleSets({ ids: [id], pageSize: 1 });
  if (!sampleSets[0]) {
    throw new SemblanceError("not_found", "There is no such sample set.", {
      remedy: "It may have been deleted.",
    });
  }
  return sampleSets[0];
}
