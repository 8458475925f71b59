/** Asking for evaluations, stopping and deleting them. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { deleteEvaluation } from "@/lib/evaluations/delete-evaluation";
import { startMissingEvaluations } from "@/lib/evaluations/get-comparison-table";
import { startEvaluation, startEvaluationInput } from "@/lib/evaluations/start-evaluation";
import { tableChoice } from "@/lib/evaluations/table-choice";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { cancelJobOf } from "@/lib/platform/jobs/cancel-job";
import { retryJobOf } from "@/lib/platform/jobs/retry-job";

const evaluationId = z.object({ evaluationId: z.uuid() });

export const evaluate = protectedAction(staff, startEvaluationInput, async (input) => {
  const started = await startEvaluation(input);
  revalidatePath("/admin", "layout");
  return { evaluationId: started.evaluationId };
});

export const evaluateMissing = protectedAction(staff, tableChoice, async (choice) => {
  await startMissingEvaluations(choice);
  revalidatePath("/admin", "layout");
});

export const cancel = protectedAction(staff, evaluationId, async (input) => {
  await cancelJobOf(input.evaluationId);
  revalidatePath("/admin", "layout");
});

export const retry = protectedAction(staff, evaluationId, async (input) => {
  await retryJobOf(input.evaluationId);
  revalidatePath("/admin", "layout");
});

export const remove = protectedAction(staff, evaluationId, async (input) => {
  await deleteEvaluation(input.evaluationId);
  revalidatePath("/admin", "layout");
});
