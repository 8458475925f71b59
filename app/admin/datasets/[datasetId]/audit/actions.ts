/** Auditing a dataset, its word lists, and what becomes of captions that contradict their images. */
"use server";

import { startAudit } from "@/jobs/audit-dataset/start";
import { contradictionInput, saveWordListsInput, startAuditInput } from "@/lib/datasets/audit/audit-fields";
import { saveWordLists } from "@/lib/datasets/audit/dataset-word-lists";
import { keepContradiction } from "@/lib/datasets/audit/open-contradictions";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { revalidate } from "../../../entities/revalidate";

export const auditDataset = protectedAction(
  staff,
  "dataset.audit-started",
  startAuditInput,
  async (input) => {
    const { auditId } = await startAudit(input);
    revalidate("dataset");
    return { auditId };
  },
);

export const changeWordLists = protectedAction(
  staff,
  "dataset.word-lists-saved",
  saveWordListsInput,
  async ({ datasetId, text }) => {
    await saveWordLists(datasetId, text);
    revalidate("dataset");
  },
);

export const keepCaption = protectedAction(
  staff,
  "dataset.contradiction-kept",
  contradictionInput,
  async (input) => {
    await keepContradiction(input);
    revalidate("dataset");
  },
);
