/** Results of jobs that are not stored in a row of their subject. */
import { db } from "@/lib/platform/database/db";
import { keepJobBlobs } from "./job-blobs";
import type { JobDefinition, ResultOf } from "./job-definition";

/** Stores a job's result so far, replacing an earlier one; its blobs are kept as long as the result. */
export async function keepJobResult<Job extends JobDefinition>(
  { kind, result }: Job,
  jobId: string,
  value: ResultOf<Job>,
): Promise<void> {
  if (!result) throw new Error(`Jobs of the kind “${kind}” have no result.`);
  const checked = result.parse(value) as object;
  await db.$transaction(async (transaction) => {
    await transaction.jobResult.upsert({
      where: { jobId },
      create: { jobId, value: checked },
      update: { value: checked },
    });
    await keepJobBlobs(transaction, jobId, "RESULT", checked);
  });
}
