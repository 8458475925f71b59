/** Reads all captions of a dataset. */
import { computeStatistics, type DatasetStatistics } from "@/lib/datasets/statistics/dataset-statistics";

export function compute(datasetId: string): Promise<DatasetStatistics> {
  return computeStatistics(datasetId);
}
