/** The latest change sets of a dataset. */
import { db } from "@/lib/platform/database/db";
import { type ChangeCounts, changesToText } from "./dataset-changes";

export type RevisionSummary = { number: number; at: Date; actor: string; reason: string; changes: string };

/** No page shows more. */
const mostShown = 100;

/** The newest first; revision 1, as the dataset was made, is not among them. */
export async function listRevisions(datasetId: string): Promise<RevisionSummary[]> {
  const rows = await db.datasetRevision.findMany({
    where: { datasetId },
    orderBy: { number: "desc" },
    take: mostShown,
  });
  return rows.map(({ number, at, actor, reason, counts }) => ({
    number,
    at,
    actor,
    reason,
    changes: changesToText(counts as Partial<ChangeCounts>),
  }));
}
