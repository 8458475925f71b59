/** Asking for evaluations. */
"use server";

import { startEvaluation } from "@/jobs/evaluate/start";
import { startMissingEvaluations } from "@/jobs/evaluate/start-missing";
import { startEvaluationInput } from "@/lib/evaluations/evaluation-fields";
import { tableChoice } from "@/lib/evaluations/table-choice";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { revalidate } from "../entities/revalidate";

export const evaluate = protectedAction(staff, "evaluation.started", startEvaluationInput, async (input) => {
  const started = await startEvaluation(input);
  revalidate("evaluation");
  return { evaluationId: started.evaluationId };
});

export const evaluateMissing = protectedAction(staff, "evaluation.started", tableChoice, async (choice) => {
  await startMissingEvaluations(choice);
  revalidate("evaluation");
});
