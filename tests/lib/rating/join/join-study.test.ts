import { describe, expect, it } from "vitest";
import { joinStudy } from "@/lib/rating/join/join-study";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/plan/open-study-fixture";

const { db } = await withTestDatabase();

async function openStudyWithMember(fields: { consentText?: string } = {}) {
  const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1, fields });
  const member = await db.user.create({
    data: { email: `${study.studyId}@example.org`, name: "Ada", role: "RATER" },
  });
  return { ...study, userId: member.id };
}

describe("joinStudy", () => {
  it("creates one rater per member, however often and fast they click", async () => {
    const { studyId, inviteToken, userId } = await openStudyWithMember();
    const joined = await Promise.all(Array.from({ length: 5 }, () => joinStudy(inviteToken, { userId })));
    expect(new Set(joined.map(({ raterId }) => raterId)).size).toBe(1);
    expect(await db.rater.count({ where: { studyId } })).toBe(1);
  });

  it("recognises a returning browser by its cookie and does not replace it", async () => {
    const { inviteToken } = await openStudyWithMember();
    const first = await joinStudy(inviteToken, {});
    const again = await joinStudy(inviteToken, { token: first.newToken! });
    expect(again).toEqual({ ...first, newToken: null });
  });

  it("recognises a person by their account on another device", async () => {
    const { inviteToken, userId } = await openStudyWithMember();
    const [first, second] = [
      await joinStudy(inviteToken, { userId }),
      await joinStudy(inviteToken, { userId }),
    ];
    expect(second.raterId).toBe(first.raterId);
  });

  it("refuses excluded raters on every way in", async () => {
    const { inviteToken, userId } = await openStudyWithMember();
    const { raterId, newToken } = await joinStudy(inviteToken, { userId });
    await db.rater.update({ where: { id: raterId }, data: { excludedAt: new Date() } });
    await expect(joinStudy(inviteToken, { userId })).rejects.toMatchObject({ code: "forbidden" });
    await expect(joinStudy(inviteToken, { token: newToken! })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("refuses unknown links and those of drafts and closed studies, each with its own message", async () => {
    const { studyId, inviteToken } = await openStudyWithMember();
    await expect(joinStudy("mistyped", {})).rejects.toMatchObject({ code: "not_found" });
    await db.study.update({ where: { id: studyId }, data: { state: "DRAFT" } });
    await expect(joinStudy(inviteToken, {})).rejects.toMatchObject({ code: "unavailable" });
    await db.study.update({ where: { id: studyId }, data: { state: "CLOSED" } });
    await expect(joinStudy(inviteToken, {})).rejects.toMatchObject({ code: "gone" });
  });

  it("stores the recruiting service's ids, and distinguishes two of its people who share a browser", async () => {
    const { inviteToken } = await openStudyWithMember();
    const ids = { externalId: "p-1", externalStudyId: "s-1", externalSessionId: "v-1" };
    const first = await joinStudy(inviteToken, ids);
    const second = await joinStudy(inviteToken, { externalId: "p-2", token: first.newToken! });
    expect(second.raterId).not.toBe(first.raterId);
    expect(await db.rater.findUnique({ where: { id: first.raterId } })).toMatchObject(ids);
  });

  it("does not let an excluded rater back in under another outside id in the same browser", async () => {
    const { inviteToken } = await openStudyWithMember();
    const { raterId, newToken } = await joinStudy(inviteToken, { externalId: "p-1" });
    await db.rater.update({ where: { id: raterId }, data: { excludedAt: new Date() } });
    for (const person of [{ externalId: "p-1" }, { externalId: "p-2", token: newToken! }]) {
      await expect(joinStudy(inviteToken, person)).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  it("creates one rater for an external id that arrives many times at once", async () => {
    const { studyId, inviteToken } = await openStudyWithMember();
    const joined = await Promise.allSettled(
      Array.from({ length: 6 }, () => joinStudy(inviteToken, { externalId: "p" })),
    );
    expect(joined.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db.rater.count({ where: { studyId } })).toBe(1);
  });

  it("requires the study's consent before the start, once", async () => {
    const { inviteToken } = await openStudyWithMember({ consentText: "I agree." });
    await expect(joinStudy(inviteToken, {})).rejects.toMatchObject({ code: "invalid_input" });
    const { raterId, newToken } = await joinStudy(inviteToken, { consents: true });
    expect((await db.rater.findUniqueOrThrow({ where: { id: raterId } })).consentedAt).toBeInstanceOf(Date);
    expect((await joinStudy(inviteToken, { token: newToken! })).raterId).toBe(raterId);
  });
});
