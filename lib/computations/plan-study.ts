/** The planner's simulations. */
import type { ComputationContext } from "@/lib/platform/computing/computation";
import type { PlanQuestion } from "@/lib/studies/planner/plan-question";
import { type PlanAnswer, planStudy } from "@/lib/studies/planner/plan-study";

export function compute(question: PlanQuestion, { tell }: ComputationContext): Promise<PlanAnswer> {
  return planStudy(question, tell);
}
