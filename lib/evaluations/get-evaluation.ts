/** One evaluation with its scores. */
import { SemblanceError } from "@/lib/errors";
import { type EvaluationSummary, listEvaluations } from "./list-evaluations";

/** @throws SemblanceError `not_found` */
export async function getEvaluation(id: string): Promise<EvaluationSummary> {
  const { evaluations } = await listEvaluations({ ids: [id], pageSize: 1 });
  if (!evaluations[0]) throw new SemblanceError("not_found", "There is no such evaluation.");
  return evaluations[0];
}
