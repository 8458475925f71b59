import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isSigned, renewSigningKey, signId, signingKey } from "@/lib/rating/admission/signed-ids";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/plan/open-study-fixture";

const { db } = await withTestDatabase();

const study = { id: crypto.randomUUID(), signedIdsVersion: 1 };
const key = signingKey(study);

describe("isSigned", () => {
  it("accepts only the study's own signature of this id, in upper or lower case", () => {
    const signature = signId(key, "p-1");
    expect(isSigned(study, { externalId: "p-1", signature })).toBe(true);
    expect(isSigned(study, { externalId: "p-1", signature: signature.toUpperCase() })).toBe(true);
    expect(isSigned(study, { externalId: "p-2", signature })).toBe(false);
    expect(
      isSigned(study, {
        externalId: "p-1",
        signature:
          signature.replace(/.$/, "0") === signature
            ? `${signature.slice(0, -1)}1`
            : signature.replace(/.$/, "0"),
      }),
    ).toBe(false);
    for (const forged of [undefined, "", "0".repeat(64), signature.slice(1), "€".repeat(64)]) {
      expect(isSigned(study, { externalId: "p-1", signature: forged })).toBe(false);
    }
    expect(isSigned(study, { externalId: undefined, signature })).toBe(false);
    expect(isSigned({ ...study, id: crypto.randomUUID() }, { externalId: "p-1", signature })).toBe(false);
    expect(isSigned({ ...study, signedIdsVersion: 2 }, { externalId: "p-1", signature })).toBe(false);
  });

  it("accepts an expiry only as signed, and only until then", () => {
    const now = 1_800_000_000_000;
    const expires = "1800000060";
    const signature = signId(key, "p-1", expires);
    expect(isSigned(study, { externalId: "p-1", signature, expires }, now)).toBe(true);
    expect(isSigned(study, { externalId: "p-1", signature, expires }, now + 60_001)).toBe(false);
    expect(isSigned(study, { externalId: "p-1", signature, expires: "1900000000" }, now)).toBe(false);
    expect(isSigned(study, { externalId: "p-1", signature }, now)).toBe(false);
    expect(isSigned(study, { externalId: "p-1", signature: signId(key, "p-1"), expires }, now)).toBe(false);
  });
});

describe("the recipes in docs/how-to/recruiting-raters.md", () => {
  const text = readFileSync("docs/how-to/recruiting-raters.md", "utf8");
  const recipe = (language: string) => {
    const found = text.match(new RegExp(`\`\`\`${language}\\n(# sign[\\s\\S]*?|// sign[\\s\\S]*?)\`\`\``));
    return found![1]!;
  };
  const environment = { PATH: process.env.PATH, key, id: "p-1" };
  it.each([
    ["sh", "sh", "-c"],
    ["python", "python3", "-c"],
    ["js", process.execPath, "-e"],
  ])("sign as the server does: %s", (language, program, flag) => {
    const printed = execFileSync(program, [flag, recipe(language)], {
      env: environment as unknown as NodeJS.ProcessEnv,
    });
    expect(printed.toString().trim()).toBe(signId(key, "p-1"));
  });
});

describe("renewSigningKey", () => {
  it("invalidates earlier signatures, and records it in the audit log", async () => {
    const { studyId } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const before = signId(signingKey({ id: studyId, signedIdsVersion: 1 }), "p-1");
    await renewSigningKey(studyId, "ada@example.org");
    const { signedIdsVersion } = await db.study.findUniqueOrThrow({ where: { id: studyId } });
    expect(isSigned({ id: studyId, signedIdsVersion }, { externalId: "p-1", signature: before })).toBe(false);
    expect(await db.auditEntry.findFirst({ where: { action: "study.signing-key-renewed" } })).toMatchObject({
      actor: "ada@example.org",
      subjectId: studyId,
    });
    await expect(renewSigningKey(crypto.randomUUID(), "ada")).rejects.toMatchObject({ code: "not_found" });
  });
});
