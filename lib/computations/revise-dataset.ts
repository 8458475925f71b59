/** Changes a dataset; counting the tokens of its captions takes a while. */
import type { z } from "zod";
import type { Revised } from "@/lib/datasets/revisions/make-revision";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import type { revisionInput } from "@/lib/datasets/revisions/revision-fields";

export function compute({ datasetId, ...changeSet }: z.output<typeof revisionInput>): Promise<Revised> {
  return reviseDataset(datasetId, changeSet);
}
