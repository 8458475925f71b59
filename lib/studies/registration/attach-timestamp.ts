/** Keeps an authority's timestamp of a study's registration with the study, and with its releases. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { getRegistration } from "./get-registration";
import { largestReplyBytes } from "./timestamp-fields";
import { readTimestampReply, type Timestamp } from "./timestamp-reply";

/**
 * @param reply bytes of the RFC 3161 reply (.tsr); replaces one that was attached before
 * @throws SemblanceError as `getRegistration`; `invalid_file` for a reply that is damaged or of something else
 */
export async function attachTimestamp(studyId: string, reply: Uint8Array, actor: string): Promise<Timestamp> {
  if (reply.length > largestReplyBytes) {
    throw new SemblanceError("invalid_file", "The file is too large for a timestamp reply.", {
      remedy: "Attach the .tsr file that the authority returned.",
    });
  }
  const { text, sha256 } = await getRegistration(studyId);
  const timestamp = readTimestampReply(reply, text);
  await db.$transaction(async (transaction) => {
    await transaction.study.update({
      where: { id: studyId },
      data: { timestampReply: new Uint8Array(reply) },
    });
    await appendAuditEntry(transaction, {
      actor,
      action: "study.timestamped",
      subject: { kind: "study", id: studyId },
      detail: { studyId, registrationSha256: sha256, at: timestamp.at.toISOString() },
    });
  });
  return timestamp;
}

/**
 * The reply as it was attached.
 *
 * @throws SemblanceError `not_found` for an unknown study, or where none was attached
 */
export async function readTimestampFile(studyId: string): Promise<Uint8Array> {
  const study = await db.study.findUnique({ where: { id: studyId }, select: { timestampReply: true } });
  if (study?.timestampReply) return study.timestampReply;
  throw new SemblanceError("not_found", "No timestamp is attached to this study's registration.", {
    remedy: "Attach the reply of a timestamping authority on the study's page.",
  });
}
