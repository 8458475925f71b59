import { afterEach, describe, expect, test, vi } from "vitest";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { findRaterId } from "@/lib/rating/join/find-rater";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/plan/open-study-fixture";

const { db } = await withTestDatabase();

afterEach(() => void vi.useRealTimers());

describe("findRaterId", () => {
  test("refuses an unknown or missing cookie", async () => {
    await expect(findRaterId("nobody's")).rejects.toMatchObject({ code: "not_signed_in" });
    await expect(findRaterId(undefined)).rejects.toMatchObject({ code: "not_signed_in" });
  });

  test("recognises all browsers of a rater, as long as they are used: none replaces another", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const laptop = await joinStudy(inviteToken, { externalId: "p-1" });
    const deviceCode = await makeDeviceCode(laptop.raterId);
    const phone = await joinStudy(inviteToken, { externalId: "p-1", deviceCode });
    expect(phone.raterId).toBe(laptop.raterId);
    vi.advanceTimersByTime(5000);
    for (const { newToken } of [laptop, phone]) expect(await findRaterId(newToken!)).toBe(laptop.raterId);
    // A browser that comes back keeps the session it has.
    expect(await joinStudy(inviteToken, { externalId: "p-1", token: laptop.newToken! })).toEqual({
      ...laptop,
      newToken: null,
    });
  });

  test("recognises a removed rater's id for a moment, without any consequence", async () => {
    const { inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const { raterId, newToken } = await joinStudy(inviteToken, {});
    await findRaterId(newToken!);
    await db.rater.delete({ where: { id: raterId } });
    const id = await findRaterId(newToken!);
    await expect(leaseAssignments(id)).rejects.toMatchObject({ code: "not_signed_in" });
  });
});
