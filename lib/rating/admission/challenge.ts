/** Challenges for the proof of work: signed, so that none has to be stored before it is solved, and good for one join. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { keptSecret } from "@/lib/env";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { puzzles, puzzleText, readProof, zeroBits } from "./proof-of-work";
import { refusal } from "./refusals";

/** Time to read instructions and consent. */
const validMinutes = 120;

/** For the page of a study's link: "EXPIRY.RANDOM.SIGNATURE". */
export function makeChallenge(studyId: string, now = Date.now()): string {
  const unsigned = `${Math.ceil(now / 1000) + 60 * validMinutes}.${randomBytes(9).toString("base64url")}`;
  return `${unsigned}.${signatureOf(studyId, unsigned)}`;
}

/**
 * Takes a proof for one join, within the transaction that makes the rater: where that fails, the proof stays good.
 *
 * @param text what the browser sent
 * @throws SemblanceError of the refusal "proof" where it is missing, wrong, expired, of another study, or spent
 */
export async function spendProof(
  transaction: SqlRunner,
  studyId: string,
  text: string | undefined,
): Promise<void> {
  const proof = readProof(text ?? "");
  if (!proof || !isSolved(studyId, proof)) throw refusal("proof");
  const expiresAt = new Date(Number(proof.challenge.split(".", 1)[0]) * 1000);
  if (expiresAt <= new Date()) throw refusal("proof");
  const spent = await transaction.$executeRaw`
    INSERT INTO "SpentProof" (challenge, "expiresAt") VALUES (${proof.challenge}, ${expiresAt.toISOString()}::timestamptz)
    ON CONFLICT DO NOTHING`;
  if (spent === 0) throw refusal("proof");
  // Nobody can spend these again. Others remove some as well, hence SKIP LOCKED.
  await transaction.$executeRaw`
    DELETE FROM "SpentProof" WHERE challenge IN (
      SELECT challenge FROM "SpentProof" WHERE "expiresAt" < now() LIMIT 100 FOR UPDATE SKIP LOCKED)`;
}

function isSolved(
  studyId: string,
  { challenge, numbers }: { challenge: string; numbers: readonly string[] },
): boolean {
  const [expiry = "", random = "", signature = "", ...rest] = challenge.split(".");
  const expected = signatureOf(studyId, `${expiry}.${random}`);
  const isOurs =
    rest.length === 0 &&
    signature.length === expected.length &&
    timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
  if (!isOurs) return false;
  return Array.from({ length: puzzles }, (_, index) => {
    const digest = createHash("sha256")
      .update(puzzleText(challenge, index, numbers[index]!))
      .digest();
    return digest.readUInt32BE(0) >>> (32 - zeroBits) === 0;
  }).every(Boolean);
}

/** 22 characters: of 128 bits. */
function signatureOf(studyId: string, unsigned: string): string {
  const hmac = createHmac("sha256", keptSecret("join-challenge")).update(`${studyId} ${unsigned}`).digest();
  return hmac.subarray(0, 16).toString("base64url");
}
