/** The proof of work that admits a browser, on the real database. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeChallenge, spendProof } from "@/lib/rating/admission/challenge";
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const studyId = crypto.randomUUID();
const spend = (proof: string | undefined, ofStudy = studyId) =>
  db.$transaction((transaction) => spendProof(transaction, ofStudy, proof));
const refused = { details: { refusal: "proof" } };

afterEach(() => void vi.useRealTimers());

describe("spendProof", () => {
  it("accepts a proof once, even if it comes twice at the same time", async () => {
    const proof = solveChallenge(makeChallenge(studyId));
    const results = await Promise.allSettled([spend(proof), spend(proof), spend(proof)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    await expect(spend(proof)).rejects.toMatchObject(refused);
  });

  it("leaves it valid if the operation that spends it fails", async () => {
    const proof = solveChallenge(makeChallenge(studyId));
    const failing = db.$transaction(async (transaction) => {
      await spendProof(transaction, studyId, proof);
      throw new Error("the join failed");
    });
    await expect(failing).rejects.toThrow("the join failed");
    await expect(spend(proof)).resolves.toBeUndefined();
  });

  it("refuses a missing or wrong proof, a forged challenge, and one of another study", async () => {
    const challenge = makeChallenge(studyId);
    const proof = solveChallenge(challenge);
    const wrong = proof.replace(/~\d+/, "~1");
    const [expiry, random, signature] = challenge.split(".");
    const forged = [
      solveChallenge(`${Number(expiry) + 9999}.${random}.${signature}`),
      solveChallenge(`${expiry}.${random}.AAAAAAAAAAAAAAAAAAAAAA`),
    ];
    for (const each of [undefined, "", wrong, ...forged]) {
      await expect(spend(each)).rejects.toMatchObject(refused);
    }
    await expect(spend(proof, crypto.randomUUID())).rejects.toMatchObject(refused);
    await expect(spend(proof)).resolves.toBeUndefined();
  });

  it("refuses an expired challenge, and deletes it", async () => {
    const old = solveChallenge(makeChallenge(studyId, Date.now() - 2 * 3600_000 - 1000));
    await expect(spend(old)).rejects.toMatchObject(refused);
    await db.$executeRaw`
      INSERT INTO "SpentProof" (challenge, "expiresAt") VALUES ('long ago', now() - interval '1 s')`;
    await spend(solveChallenge(makeChallenge(studyId)));
    expect(await db.spentProof.findUnique({ where: { challenge: "long ago" } })).toBeNull();
  });
});
