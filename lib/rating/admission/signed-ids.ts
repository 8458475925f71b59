/** Ids that a researcher's own system has signed: nobody else can make one, or change one. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { keptSecret } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

type Signer = { id: string; signedIdsVersion: number };

export type SignedId = {
  externalId?: string | undefined;
  /** Lower- or upper-case hex. */
  signature?: string | undefined;
  /** Unix seconds; where present, it is signed with the id. */
  expires?: string | undefined;
};

/** The key that the researcher's system signs with, 64 characters; made of one in the data folder, and stored nowhere. */
export function signingKey({ id, signedIdsVersion }: Signer): string {
  return createHmac("sha256", keptSecret("signed-ids")).update(`${id} ${signedIdsVersion}`).digest("hex");
}

/** Hex HMAC-SHA256 of the id, or of the id, a line feed and the expiry. */
export function signId(key: string, externalId: string, expires?: string): string {
  const signed = expires === undefined ? externalId : `${externalId}\n${expires}`;
  return createHmac("sha256", key).update(signed).digest("hex");
}

export function isSigned(signer: Signer, { externalId, signature, expires }: SignedId, now = Date.now()) {
  if (externalId === undefined || signature === undefined) return false;
  if (expires !== undefined && !(/^\d{1,12}$/.test(expires) && Number(expires) * 1000 > now)) return false;
  const expected = Buffer.from(signId(signingKey(signer), externalId, expires));
  const given = Buffer.from(signature.trim().toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Gives the study another key: links that were signed with the one before let nobody in any more.
 *
 * @throws SemblanceError `not_found`
 */
export async function renewSigningKey(studyId: string, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const renewed = await transaction.study.updateMany({
      where: { id: studyId },
      data: { signedIdsVersion: { increment: 1 } },
    });
    if (renewed.count === 0) throw new SemblanceError("not_found", "There is no such study.");
    await appendAuditEntry(transaction, {
      actor,
      action: "study.signing-key-renewed",
      subject: { kind: "study", id: studyId },
    });
  });
}
