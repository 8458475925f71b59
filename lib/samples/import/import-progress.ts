/** How far an import of samples is: nothing of it is in the set before its end. */
import { db } from "@/lib/platform/database/db";

/** `share` from 0 to 1; null where no job is known. */
export async function importProgress(sampleSetId: string): Promise<{ share: number; note: string } | null> {
  const job = await db.job.findFirst({
    where: { subjectId: sampleSetId },
    orderBy: { createdAt: "desc" },
    select: { progress: true, note: true },
  });
  return job && { share: job.progress, note: job.note || "Reading the files" };
}
