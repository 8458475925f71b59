/** Deletes an evaluation with its scores. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";

/** @throws SemblanceError `not_found`; `conflict` while it waits or runs */
export async function deleteEvaluation(id: string): Promise<void> {
  const { count } = await db.evaluation.deleteMany({
    where: { id, state: { notIn: ["QUEUED", "RUNNING"] } },
  });
  if (count > 0) return;
  if ((await db.evaluation.count({ where: { id } })) === 0) {
    throw new SemblanceError("not_found", "There is no such evaluation.");
  }
  throw new SemblanceError("conflict", "The evaluation has not finished.", { remedy: "Cancel it first." });
}
