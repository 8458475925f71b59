/** Importing, deleting and cancelling datasets. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { startImport } from "@/jobs/import-dataset/start";
import { changeCaptionLanguage } from "@/lib/datasets/caption-language";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { startImportInput } from "@/lib/datasets/import-fields";
import { captionLanguageChange } from "@/lib/datasets/language-tag";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";

export const importDataset = protectedAction(staff, startImportInput, async (input) => {
  const { datasetId } = await startImport(input);
  revalidatePath("/admin", "layout");
  return { datasetId };
});

export const removeDataset = protectedAction(
  staff,
  z.object({ datasetId: z.uuid() }),
  async ({ datasetId }) => {
    await deleteDataset(datasetId);
    revalidatePath("/admin", "layout");
  },
);

export const setCaptionLanguage = protectedAction(staff, captionLanguageChange, async (change) => {
  await changeCaptionLanguage(change.datasetId, change.captionLanguage);
  revalidatePath("/admin", "layout");
});
