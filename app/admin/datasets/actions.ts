/** Importing datasets, listing captions, and changing them. */
"use server";

import { z } from "zod";
import { startFindingDuplicates } from "@/jobs/find-duplicates/start";
import { startImport } from "@/jobs/import-dataset/start";
import { compute } from "@/lib/computations/compute";
import { changeCaptionLanguage } from "@/lib/datasets/caption-language";
import { captionListInput } from "@/lib/datasets/caption-list-fields";
import { checkSource } from "@/lib/datasets/check-source";
import { previewImportInput, startImportInput } from "@/lib/datasets/import-fields";
import { captionLanguageChange } from "@/lib/datasets/language-tag";
import { restorationInput, revisionInput, splitInput } from "@/lib/datasets/revisions/revision-fields";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { formFiles } from "@/lib/platform/server-files/file-access";
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

export const previewImport = protectedAction(staff, readsOnly, previewImportInput, async (input, member) => {
  await checkSource(input.source, formFiles);
  return compute("preview-import", input, { owner: member.id });
});

export const listCaptions = protectedAction(
  staff,
  "dataset.captions-listed",
  captionListInput,
  async (input, member) => {
    const { datasetId } = await compute("create-caption-list", input, { owner: member.id });
    revalidate("dataset");
    return { datasetId };
  },
);

export const reviseDataset = protectedAction(
  staff,
  "dataset.revised",
  revisionInput,
  async (input, member) => {
    const revised = await compute("revise-dataset", input, { owner: member.id });
    revalidate("dataset");
    return revised;
  },
);

export const restoreRevision = protectedAction(
  staff,
  "dataset.revised",
  restorationInput,
  async (input, member) => {
    const revised = await compute("restore-revision", input, { owner: member.id });
    revalidate("dataset");
    return revised;
  },
);

export const splitDataset = protectedAction(staff, "dataset.revised", splitInput, async (input, member) => {
  const { trainingCount, heldOutCount } = await compute("split-dataset", input, { owner: member.id });
  revalidate("dataset");
  return { trainingCount, heldOutCount };
});

export const findDuplicates = protectedAction(
  staff,
  "dataset.comparison-started",
  z.object({ datasetId: z.uuid() }),
  async ({ datasetId }) => {
    await startFindingDuplicates(datasetId);
    revalidate("dataset");
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
