/** What an import of samples would store; see lib/samples/import/plan-import.ts. */
import { formFiles } from "@/lib/platform/server-files/file-access";
import { withImportPlan } from "@/lib/samples/import/plan-import";
import { type SampleImportPreview, toPreview } from "@/lib/samples/import/preview-import";
import type { PreviewSampleImportInput } from "@/lib/samples/import/sample-import-fields";

export function compute(input: PreviewSampleImportInput): Promise<SampleImportPreview> {
  return withImportPlan(input, formFiles, async (plan) => toPreview(plan));
}
