/** Removes from the data folder what nobody could remove by hand: blobs that nothing names, and halves of files. */
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { type SweptFiles, sweepTemporaryFiles } from "@/lib/platform/storage/sweep-temporary";
import { expireModelExports } from "./export-model/list-exports";
import { jobDefinitions } from "./registry";

/** @returns how many blobs were removed, and what of temporary files */
export async function sweepUnused(): Promise<{ blobs: number; temporary: SweptFiles }> {
  await expireModelExports();
  const { removed } = await sweepBlobs();
  const temporary = await sweepTemporaryFiles(findContinued);
  if (removed + temporary.removed > 0) {
    await db.$transaction((transaction) =>
      appendAuditEntry(transaction, {
        action: "files.swept",
        subject: { kind: "installation", id: "files" },
        detail: { files: removed, temporaryFiles: temporary.removed, temporaryBytes: temporary.bytes },
      }),
    );
  }
  return { blobs: removed, temporary };
}

/** Which of the given subjects go on from their working folders. */
export async function findContinued(subjectIds: readonly string[]): Promise<string[]> {
  const subjects: readonly JobSubject[] = jobDefinitions.map(({ subject }) => subject);
  const found = await Promise.all(subjects.map(async ({ continued }) => continued?.(subjectIds) ?? []));
  return found.flat();
}
