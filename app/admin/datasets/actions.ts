/** Importing datasets, and changing them. */
"use server";

import { startImport } from "@/jobs/import-dataset/start";
import { changeCaptionLanguage } from "@/lib/datasets/caption-language";
import { startImportInput } from "@/lib/datasets/import-fields";
import { captionLanguageChange } from "@/lib/datasets/language-tag";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { revalidate } from "../entities/revalidate";

export const importDataset = protectedAction(
  staff,
  "dataset.import-started",
  startImportInput,
  async (input) => {
    const { datasetId } = await startImport(input);
    revalidate("dataset");
    return { datasetId };
  },
);

export const setCaptionLanguage = protectedAction(
  staff,
  "dataset.language-changed",
  captionLanguageChange,
  async (change) => {
    await changeCaptionLanguage(change.datasetId, change.captionLanguage);
    revalidate("dataset");
  },
);
