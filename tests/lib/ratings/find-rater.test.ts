import { afterEach, describe, expect, test, vi } from "vitest";
import { findRaterId } from "@/lib/ratings/find-rater";
import { joinStudy } from "@/lib/ratings/join-study";
import { leaseAssignments } from "@/lib/ratings/lease-assignments";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/open-study-fixture";

const { db } = await withTestDatabase();

afterEach(() => void vi.useRealTimers());

describe("findRaterId", () => {
  test("refuses a cookie nobody has, and none at all", async () => {
    await expect(findRaterId("nobody's")).rejects.toMatchObject({ code: "not_signed_in" });
    await expect(findRaterId(undefined)).rejects.toMatchObject({ code: "not_signed_in" });
  });

  test("soon refuses the cookie that a rater's other browser replaced", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const first = await joinStudy(inviteToken, { externalId: "p-1" });
    expect(await findRaterId(first.newToken!)).toBe(first.raterId);
    const second = await joinStudy(inviteToken, { externalId: "p-1" });
    expect(await findRaterId(second.newToken!)).toBe(first.raterId);
    vi.advanceTimersByTime(5000);
    await expect(findRaterId(first.newToken!)).rejects.toMatchObject({ code: "not_signed_in" });
    expect(await findRaterId(second.newToken!)).toBe(first.raterId);
  });

  test("knows a removed rater by id for a moment, who gets nothing for it", async () => {
    const { inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const { raterId, newToken } = await joinStudy(inviteToken, {});
    await findRaterId(newToken!);
    await db.rater.delete({ where: { id: raterId } });
    const id = await findRaterId(newToken!);
    await expect(leaseAssignments(id)).rejects.toMatchObject({ code: "not_signed_in" });
  });
});
