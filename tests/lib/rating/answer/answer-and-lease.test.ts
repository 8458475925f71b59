/** Answers stored on a device count for the rater who gave them, whoever uses the device now. */
import { expect, it } from "vitest";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { withTestDatabase } from "@/tests/database";
import { raterRequests } from "@/web/rater-requests";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";
import { answerTo } from "../rater-at-work";

const { db } = await withTestDatabase();
const answering = raterRequests.find(({ pattern }) => pattern.endsWith("/answer"))!;

async function post(studyId: string, token: string | null, body: unknown) {
  const request = new Request(`http://localhost/api/rate/${studyId}/answer`, {
    method: "POST",
    headers: token === null ? {} : { cookie: `rater-${studyId}=${token}` },
  });
  const response = await answering.answer(request, { studyId, deskId: "", token: "" }, async () =>
    Buffer.from(JSON.stringify(body)),
  );
  return { status: response.status, body: await response.json() };
}

it("accepts an answer from a browser whose cookie is lost or now belongs to somebody else", async () => {
  const { studyId, inviteToken } = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
  const one = await joinStudy(inviteToken, { externalId: "p-1" });
  const [first, second] = (await leaseAssignments(one.raterId)).items;
  const lost = answerTo(first!.assignmentId);
  expect(await post(studyId, null, lost)).toMatchObject({
    status: 200,
    body: { stored: "now", lease: null },
  });
  expect(await post(studyId, "an expired one", lost)).toMatchObject({ body: { stored: "before" } });
  const other = await joinStudy(inviteToken, { externalId: "p-2", token: one.newToken! });
  const left = answerTo(second!.assignmentId);
  expect(await post(studyId, other.newToken, left)).toMatchObject({ body: { stored: "now", lease: null } });
  const ratings = await db.rating.findMany({ include: { assignment: true } });
  expect(ratings.map(({ assignment }) => assignment.raterId)).toEqual([one.raterId, one.raterId]);
});

it("rejects strangers without an item of the study", async () => {
  const { studyId, inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
  const another = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
  const { raterId } = await joinStudy(another.inviteToken, {});
  const [item] = (await leaseAssignments(raterId)).items;
  const { newToken } = await joinStudy(inviteToken, {});
  for (const assignmentId of [crypto.randomUUID(), item!.assignmentId]) {
    expect((await post(studyId, null, answerTo(assignmentId))).status).toBe(401);
    expect((await post(studyId, newToken, answerTo(assignmentId))).status).toBe(404);
  }
  expect((await post(studyId, null, {})).status).toBe(401);
  expect((await post(studyId, newToken, {})).status).toBe(400);
});

it("lets two devices of one rater answer the same items, each once", async () => {
  const { studyId, inviteToken } = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
  const laptop = await joinStudy(inviteToken, { externalId: "p-1" });
  const items = (await leaseAssignments(laptop.raterId)).items;
  const deviceCode = await makeDeviceCode(laptop.raterId);
  const phone = await joinStudy(inviteToken, { deviceCode });
  expect((await leaseAssignments(phone.raterId)).items).toEqual(items);
  const [first, second] = items;
  expect(await post(studyId, phone.newToken, answerTo(first!.assignmentId))).toMatchObject({ status: 200 });
  expect(await post(studyId, laptop.newToken, answerTo(first!.assignmentId))).toMatchObject({ status: 409 });
  expect(await post(studyId, laptop.newToken, answerTo(second!.assignmentId))).toMatchObject({ status: 200 });
});
