/** The images of a dataset or a sample set with their captions, as one file. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type ExportLayout, exportFile, exportFileName } from "@/lib/datasets/export-images";
import { exportedImages } from "@/lib/datasets/exported-images";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";
import { db } from "@/lib/platform/database/db";
import { exportedSamples } from "@/lib/samples/exported-samples";

export type ImageExportRequest = {
  readonly of: "dataset" | "sample-set";
  readonly id: string;
  readonly layout: ExportLayout;
};

export async function compute(
  { of, id, layout }: ImageExportRequest,
  { folder }: ComputationContext,
): Promise<ComputedFile> {
  const name = exportFileName(layout);
  const path = join(folder, name);
  const count = await exportFile(of === "dataset" ? exportedImages(id) : exportedSamples(id), layout, path);
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      action: `${of}.exported`,
      subject: { kind: of, id },
      detail: { layout, images: count },
    }),
  );
  return { name, bytes: (await stat(path)).size };
}
