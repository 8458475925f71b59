/** Importing, deleting and cancelling datasets. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { startImport, startImportInput } from "@/jobs/import-dataset/start";
import { captionLanguage, changeCaptionLanguage } from "@/lib/datasets/caption-language";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
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

export const setCaptionLanguage = protectedAction(
  staff,
  z.object({ datasetId: z.uuid(), captionLanguage }),
  async (change) => {
    await changeCaptionLanguage(change.datasetId, change.captionLanguage);
    revalidatePath("/admin", "layout");
  },
);
