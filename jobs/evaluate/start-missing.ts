/** Queues the evaluations that are missing in a comparison table. */
import { getComparisonTable } from "@/lib/evaluations/get-comparison-table";
import type { TableChoice } from "@/lib/evaluations/table-choice";
import { startEvaluation } from "./start";

/**
 * Asks for every evaluation that the table lacks. Features that earlier ones left are taken from the cache.
 *
 * @returns the jobs' ids
 * @throws SemblanceError as `getComparisonTable` and `startEvaluation`
 */
export async function startMissingEvaluations(choice: TableChoice): Promise<string[]> {
  const { missing, dataset } = await getComparisonTable(choice, (label) => ({ label, better: "lower" }));
  const jobIds: string[] = [];
  for (const { sampleSetId, sidePx, metrics } of missing) {
    jobIds.push(
      (
        await startEvaluation({
          sampleSetId,
          datasetId: dataset.id,
          split: choice.split,
          captionCategories: choice.captionCategories,
          sidePx,
          metrics,
        })
      ).jobId,
    );
  }
  return jobIds;
}
