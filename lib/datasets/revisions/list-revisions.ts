/** The latest change sets of a dataset. */
import { db } from "@/lib/platform/database/db";
import { type ChangeCounts, changesToText } from "./dataset-changes";

export type RevisionSummary = { number: number; at: Date; actor: string; reason: string; changes: string };

/** No page shows more. */
const mostShown = 100;

/** The newest first, with revision 1 at the end where it is shown; none where nothing has changed. */
export async function listRevisions(datasetId: string): Promise<RevisionSummary[]> {
  const rows = await db.datasetRevision.findMany({
    where: { datasetId },
    orderBy: { number: "desc" },
    take: mostShown,
  });
  const changes = rows.map(({ number, at, actor, reason, counts }) => ({
    number,
    at,
    actor,
    reason,
    changes: changesToText(counts as Partial<ChangeCounts>),
  }));
  if (rows.at(-1)?.number !== 2) return changes;
  const { createdAt: at } = await db.dataset.findUniqueOrThrow({ where: { id: datasetId } });
  return [...changes, { number: 1, at, actor: "", reason: "", changes: "as it was made" }];
}
