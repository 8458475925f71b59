/** Attacks on a study's link, on the real database: one person as many raters, and other people's ids. */
import { describe, expect, it } from "vitest";
import type { Prisma } from "@/lib/generated/prisma/client";
import { makeChallenge } from "@/lib/rating/admission/challenge";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { listInvitations, makeInvitations, revokeInvitation } from "@/lib/rating/admission/invitations";
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";
import { listRefusals } from "@/lib/rating/admission/refusals";
import { releaseId } from "@/lib/rating/admission/release-id";
import { signId, signingKey } from "@/lib/rating/admission/signed-ids";
import { excludeRater } from "@/lib/rating/checks/exclude-rater";
import type { JoiningPerson } from "@/lib/rating/join/identify-visitor";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/plan/open-study-fixture";
import { answerAll } from "../rater-at-work";

const { db } = await withTestDatabase();

type Access = { way?: string; ratersPerAddress?: number | null; ratersPerDevice?: number | null };

function open(access: Access = {}, fields: Partial<Prisma.StudyUncheckedCreateInput> = {}, size = {}) {
  return createOpenStudy(db, {
    captions: 6,
    ratersPerItem: 3,
    itemsPerRater: 2,
    ...size,
    fields: { access: { minimumSeconds: 0, ...access }, ...fields },
  });
}

type Study = Awaited<ReturnType<typeof open>>;

const solved = (studyId: string) => solveChallenge(makeChallenge(studyId));

/** A browser that has been here never, or has thrown its cookies away. */
function visit(
  study: Study,
  visitor: { network?: string; device?: string; proof?: string | undefined } = {},
) {
  return {
    network: visitor.network ?? "192.0.2.1",
    device: visitor.device ?? crypto.randomUUID(),
    proof: "proof" in visitor ? visitor.proof : solved(study.studyId),
  };
}

const refusedAs = (refusal: string) => ({ details: { refusal } });
const raters = ({ studyId }: Study) => db.rater.count({ where: { studyId } });

async function refusals({ studyId }: Study): Promise<Record<string, number>> {
  return Object.fromEntries((await listRefusals(studyId)).map(({ reason, count }) => [reason, count]));
}

describe("an open link", () => {
  it("limits a person who deletes cookies to eight raters of sixty, who get no more seats than eight may", async () => {
    const study = await open({}, {}, { captions: 60 });
    const withProof = Array.from({ length: 20 }, () => visit(study));
    const without = Array.from({ length: 40 }, () => visit(study, { proof: undefined }));
    const joined: string[] = [];
    const joins = await Promise.allSettled(
      [...withProof, ...without].map(async (each) => {
        const { raterId } = await joinStudy(study.inviteToken, { visit: each });
        joined.push(raterId);
        await answerAll(raterId);
      }),
    );
    expect(joins.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
    expect(await raters(study)).toBe(8);
    expect(await refusals(study)).toEqual({ address: 12, proof: 40 });
    const seats = await db.seat.count({ where: { studyId: study.studyId, isDone: true } });
    expect(seats).toBe(8 * 2);
    expect(await db.seat.count({ where: { studyId: study.studyId, heldUntil: { gt: new Date() } } })).toBe(0);
  });

  it("admits nobody without the proof of work, from any number of addresses", async () => {
    const study = await open();
    const joins = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        joinStudy(study.inviteToken, {
          visit: visit(study, { network: `2001:db8:0:${index}::/64`, proof: undefined }),
        }),
      ),
    );
    expect(joins.filter(({ status }) => status === "fulfilled")).toHaveLength(0);
    expect(await raters(study)).toBe(0);
    expect(await refusals(study)).toEqual({ proof: 60 });
  });

  it("creates one rater per proof, however often and fast it is sent", async () => {
    const study = await open({ ratersPerAddress: null });
    const { proof } = visit(study);
    const joins = await Promise.allSettled(
      Array.from({ length: 5 }, () => joinStudy(study.inviteToken, { visit: visit(study, { proof }) })),
    );
    expect(joins.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await raters(study)).toBe(1);
  });

  it("also limits each browser, whatever ids and addresses it uses", async () => {
    const study = await open();
    const device = "one browser";
    const join = (index: number) =>
      joinStudy(study.inviteToken, {
        externalId: `made-up-${index}`,
        visit: visit(study, { device, network: `192.0.2.${index}` }),
      });
    const joins = await Promise.allSettled([1, 2, 3, 4].map(join));
    expect(joins.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await refusals(study)).toEqual({ device: 2 });
  });

  it("readmits raters who have joined, without another proof and beyond every limit", async () => {
    const study = await open({ ratersPerAddress: 1, ratersPerDevice: 1 });
    const { raterId, newToken } = await joinStudy(study.inviteToken, { visit: visit(study) });
    const again = visit(study, { proof: undefined });
    expect(await joinStudy(study.inviteToken, { token: newToken!, visit: again })).toMatchObject({ raterId });
    expect(await refusals(study)).toEqual({});
  });

  it("does not limit members or a pilot's raters", async () => {
    const study = await open({ ratersPerAddress: 1 });
    await joinStudy(study.inviteToken, { visit: visit(study) });
    const { id: userId } = await db.user.create({
      data: { email: "ada@example.org", name: "Ada", role: "RESEARCHER" },
    });
    await joinStudy(study.inviteToken, { userId, visit: visit(study, { proof: undefined }) });
    const pilot = await open({ ratersPerAddress: 1 }, { isPilot: true });
    for (let person = 0; person < 3; person++) {
      await joinStudy(pilot.inviteToken, { visit: visit(pilot) });
    }
    expect([await raters(study), await raters(pilot)]).toEqual([2, 3]);
  });

  it("stores addresses as hashes specific to the study, and deletes them once it has ended", async () => {
    const [study, other] = [await open(), await open()];
    for (const network of ["192.0.2.1", "192.0.2.1", "192.0.2.2"]) {
      await joinStudy(study.inviteToken, { visit: visit(study, { network }) });
    }
    await joinStudy(other.inviteToken, { visit: visit(other) });
    const keys = async ({ studyId }: Study) =>
      (await db.rater.findMany({ where: { studyId }, orderBy: { createdAt: "asc" } })).map(
        ({ addressKey }) => addressKey!,
      );
    const before = await keys(study);
    expect(before[0]).toBe(before[1]);
    expect(before[2]).not.toBe(before[0]);
    expect(JSON.stringify(before)).not.toContain("192");
    expect(await keys(other)).not.toContain(before[0]);
    await closeStudy(study.studyId, "ada@example.org");
    const after = await keys(study);
    expect(after[0]).toBe(after[1]);
    expect(after[2]).not.toBe(after[0]);
    for (const key of after) expect(before).not.toContain(key);
  });
});

describe("an id that a recruiting service has put into the link", () => {
  const pid = { externalId: "5f0c1d2e" };

  it("lets nobody take over the session of the person who began with it, and tells the researcher", async () => {
    const study = await open();
    const { raterId, newToken } = await joinStudy(study.inviteToken, { ...pid, visit: visit(study) });
    const thief = { ...pid, visit: visit(study, { network: "198.51.100.1" }) };
    await expect(joinStudy(study.inviteToken, thief)).rejects.toMatchObject(refusedAs("id-in-use"));
    // Not from the same address either: an address is no proof of who somebody is.
    await expect(joinStudy(study.inviteToken, { ...pid, visit: visit(study) })).rejects.toMatchObject(
      refusedAs("id-in-use"),
    );
    expect(await db.raterSession.count({ where: { raterId } })).toBe(1);
    expect(await db.rater.findUnique({ where: { id: raterId } })).toMatchObject({ refusedElsewhere: 2 });
    expect(await refusals(study)).toEqual({ "id-in-use": 2 });
    expect(await joinStudy(study.inviteToken, { ...pid, token: newToken! })).toMatchObject({ raterId });
  });

  it("nor after the study has closed, when it would show a completion code", async () => {
    const study = await open();
    await joinStudy(study.inviteToken, pid);
    await closeStudy(study.studyId, "ada@example.org");
    await expect(joinStudy(study.inviteToken, pid)).rejects.toMatchObject(refusedAs("id-in-use"));
  });

  it("works on another device with a code from the first, once and within fifteen minutes", async () => {
    const study = await open();
    const { raterId } = await joinStudy(study.inviteToken, pid);
    const code = await makeDeviceCode(raterId);
    const typed = code.toLowerCase().replace("-", " ");
    const phones = await Promise.allSettled(
      [1, 2, 3].map(() => joinStudy(study.inviteToken, { ...pid, deviceCode: typed })),
    );
    const let1 = phones.flatMap((phone) => (phone.status === "fulfilled" ? [phone.value] : []));
    expect(let1).toHaveLength(1);
    expect(let1[0]!.raterId).toBe(raterId);
    const late = await makeDeviceCode(raterId);
    await db.rater.update({ where: { id: raterId }, data: { deviceCodeExpiresAt: new Date() } });
    for (const deviceCode of [code, late, "AAAAA-AAAAA", "-"]) {
      await expect(joinStudy(study.inviteToken, { ...pid, deviceCode })).rejects.toMatchObject(
        refusedAs("code"),
      );
    }
    const elsewhere = await open();
    const deviceCode = await makeDeviceCode(raterId);
    await expect(joinStudy(elsewhere.inviteToken, { deviceCode })).rejects.toMatchObject(refusedAs("code"));
  });

  it("is released by a researcher for the next device alone, within a day", async () => {
    const study = await open();
    const { raterId } = await joinStudy(study.inviteToken, pid);
    await releaseId(raterId, "ada@example.org");
    const devices = await Promise.allSettled([1, 2].map(() => joinStudy(study.inviteToken, pid)));
    expect(devices.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await db.raterSession.count({ where: { raterId } })).toBe(2);
    expect(await db.auditEntry.findFirst({ where: { action: "rater.id-released" } })).toMatchObject({
      actor: "ada@example.org",
    });
    await db.rater.update({
      where: { id: raterId },
      data: { idReleasedAt: new Date(Date.now() - 24 * 3600_000) },
    });
    await expect(joinStudy(study.inviteToken, pid)).rejects.toMatchObject(refusedAs("id-in-use"));
    const { raterId: nameless } = await joinStudy(study.inviteToken, {});
    await expect(releaseId(nameless, "ada")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("personal invitations", () => {
  async function invite(count: number, size = {}) {
    const study = await open({ way: "invitations" }, {}, size);
    const made = await makeInvitations({ studyId: study.studyId, count, labels: "" }, "ada@example.org");
    const states = async () =>
      (await listInvitations(study.studyId, { page: 1, pageSize: 50 })).invitations.map(({ state }) => state);
    return { study, links: made.map(({ token }) => token), states };
  }

  it("each make one person a rater, however often and fast and on how many devices", async () => {
    const { study, links, states } = await invite(2);
    const [invitation] = links;
    const joins = await Promise.all(
      Array.from({ length: 6 }, () =>
        joinStudy(study.inviteToken, { invitation, visit: visit(study, { proof: undefined }) }),
      ),
    );
    expect(new Set(joins.map(({ raterId }) => raterId)).size).toBe(1);
    expect(await raters(study)).toBe(1);
    expect(await states()).toEqual(["joined", "unused"]);
  });

  it("are required, whatever else a request contains", async () => {
    const { study } = await invite(1);
    const empty: JoiningPerson[] = [{}, { invitation: "guessed" }, { externalId: "p-1" }, { invitation: "" }];
    for (const person of empty) {
      await expect(joinStudy(study.inviteToken, { ...person, visit: visit(study) })).rejects.toMatchObject(
        refusedAs("invitation"),
      );
    }
    const other = await invite(1);
    await expect(
      joinStudy(study.inviteToken, { invitation: other.links[0], visit: visit(study) }),
    ).rejects.toMatchObject(refusedAs("invitation"));
    expect(await raters(study)).toBe(0);
  });

  it("end when their person has finished: the link then only works on the device with the cookie", async () => {
    const { study, links, states } = await invite(1);
    const [invitation] = links;
    const { raterId, newToken } = await joinStudy(study.inviteToken, { invitation });
    expect(await joinStudy(study.inviteToken, { invitation })).toMatchObject({ raterId });
    expect(await answerAll(raterId)).toBe(2);
    expect(await states()).toEqual(["done"]);
    await expect(joinStudy(study.inviteToken, { invitation })).rejects.toMatchObject(refusedAs("invitation"));
    expect(await joinStudy(study.inviteToken, { invitation, token: newToken! })).toMatchObject({ raterId });
  });

  it("can be revoked; raters who have joined continue, and excluded ones do not return", async () => {
    const { study, links, states } = await invite(3);
    const [first, second, third] = links;
    const { raterId, newToken } = await joinStudy(study.inviteToken, { invitation: first });
    const { invitations } = await listInvitations(study.studyId, { page: 1, pageSize: 50 });
    for (const { id } of invitations.slice(0, 2)) await revokeInvitation(id, "ada@example.org");
    await expect(revokeInvitation(invitations[0]!.id, "ada")).rejects.toMatchObject({ code: "conflict" });
    expect(await states()).toEqual(["revoked", "revoked", "unused"]);
    for (const invitation of [first, second]) {
      await expect(joinStudy(study.inviteToken, { invitation })).rejects.toMatchObject(
        refusedAs("invitation"),
      );
    }
    expect(await joinStudy(study.inviteToken, { token: newToken! })).toMatchObject({ raterId });
    const excluded = await joinStudy(study.inviteToken, { invitation: third });
    await excludeRater(excluded.raterId, "a script", "ada@example.org");
    await expect(joinStudy(study.inviteToken, { invitation: third })).rejects.toMatchObject({
      code: "forbidden",
      details: { end: "excluded" },
    });
  });

  it("keep the labels that they were made with, are numbered on, and are stored as hashes", async () => {
    const { study, links } = await invite(2);
    const more = await makeInvitations(
      { studyId: study.studyId, count: null, labels: "ada@example.org\r\n\n Grace \n" },
      "ada@example.org",
    );
    expect(more.map(({ number, label }) => [number, label])).toEqual([
      [3, "ada@example.org"],
      [4, "Grace"],
    ]);
    const stored = JSON.stringify(await db.invitation.findMany({ where: { studyId: study.studyId } }));
    for (const token of [...links, ...more.map(({ token }) => token)]) expect(stored).not.toContain(token);
    const { counts, total } = await listInvitations(study.studyId, { page: 1, pageSize: 1 });
    expect({ counts, total }).toEqual({ counts: { unused: 4, joined: 0, done: 0, revoked: 0 }, total: 4 });
    await closeStudy(study.studyId, "ada@example.org");
    await expect(
      makeInvitations({ studyId: study.studyId, count: 1, labels: "" }, "ada"),
    ).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("signed ids", () => {
  async function signed() {
    const study = await open({ way: "signed-ids" });
    const key = signingKey({ id: study.studyId, signedIdsVersion: 1 });
    const person = (externalId: string) => ({ externalId, signature: signId(key, externalId) });
    return { study, key, person };
  }

  it("make one rater of an id, and none of a forged, foreign, expired or missing signature", async () => {
    const { study, key, person } = await signed();
    const other = await signed();
    const past = "1000000000";
    const forged: JoiningPerson[] = [
      {},
      { externalId: "p-1" },
      { ...person("p-1"), externalId: "p-2" },
      other.person("p-1"),
      { externalId: "p-1", signature: signId(key, "p-1", past), expires: past },
      { externalId: "p-1", signature: signId(key, "p-1", past), expires: "9000000000" },
    ];
    for (const each of forged) {
      await expect(joinStudy(study.inviteToken, { ...each, visit: visit(study) })).rejects.toMatchObject(
        refusedAs("signature"),
      );
    }
    const joins = await Promise.all(
      Array.from({ length: 5 }, () => joinStudy(study.inviteToken, person("p-1"))),
    );
    expect(new Set(joins.map(({ raterId }) => raterId)).size).toBe(1);
    expect(await raters(study)).toBe(1);
  });

  it("stop working once their person has finished, except on the device with the cookie", async () => {
    const { study, person } = await signed();
    const { raterId, newToken } = await joinStudy(study.inviteToken, person("p-1"));
    await answerAll(raterId);
    expect(await leaseAssignments(raterId)).toMatchObject({ end: "complete" });
    await expect(joinStudy(study.inviteToken, person("p-1"))).rejects.toMatchObject(refusedAs("signature"));
    expect(await joinStudy(study.inviteToken, { token: newToken! })).toMatchObject({ raterId });
  });
});
