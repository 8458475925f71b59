/** Asking for evaluations, stopping and deleting them. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { cancelJobOf } from "@/jobs/cancel-job";
import { startEvaluation } from "@/jobs/evaluate/start";
import { startMissingEvaluations } from "@/jobs/evaluate/start-missing";
import { retryJobOf } from "@/jobs/retry-job";
import { deleteEvaluation } from "@/lib/evaluations/delete-evaluation";
import { startEvaluationInput } from "@/lib/evaluations/evaluation-fields";
import { tableChoice } from "@/lib/evaluations/table-choice";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";

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
