/** Which blobs jobs need: every SHA-256 in a payload or a result names one, which stays while its row here does. */
import type { JobBlobPart } from "@/lib/generated/prisma/enums";
import type { Transaction } from "@/lib/platform/database/db";
import { sha256Pattern } from "@/lib/platform/storage/blob-store";

/** Every SHA-256 in a value of plain JSON, so that a kind of job need not say where it names blobs. */
export function sha256sIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const look = (part: unknown) => {
    if (typeof part === "string") {
      if (sha256Pattern.test(part)) found.add(part);
    } else if (part !== null && typeof part === "object") for (const each of Object.values(part)) look(each);
  };
  look(value);
  return found;
}

/** Keeps the blobs that a job's payload or result names, instead of those that it named before. */
export async function keepJobBlobs(
  transaction: Transaction,
  jobId: string,
  part: JobBlobPart,
  value: unknown,
): Promise<void> {
  await transaction.jobBlob.deleteMany({ where: { jobId, part } });
  const data = [...sha256sIn(value)].map((sha256) => ({ jobId, part, sha256 }));
  if (data.length > 0) await transaction.jobBlob.createMany({ data });
}

/** Nobody takes up the work on a subject again: what its jobs' payloads name may go. */
export async function releasePayloadBlobs(transaction: Transaction, subjectId: string): Promise<void> {
  await transaction.jobBlob.deleteMany({ where: { part: "PAYLOAD", job: { subjectId } } });
}
