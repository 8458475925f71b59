/** Guessing as an attacker would: against the real database and a real hash. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { attemptSignIn } from "@/lib/platform/accounts/attempts";
import { authenticate } from "@/lib/platform/accounts/authenticate";
import { createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import { findKnownDevice, rememberDevice } from "@/lib/platform/accounts/known-device";
import { findMember } from "@/lib/platform/accounts/member";
import * as passwords from "@/lib/platform/accounts/password";
import { redeemSignInLink } from "@/lib/platform/accounts/redeem-sign-in-link";
import { saveAccount } from "@/lib/platform/accounts/update-account";
import { startSession } from "@/lib/platform/accounts/user-sessions";
import { withTestDatabase } from "@/tests/database";
import { quickHash } from "@/tests/quick-hash";

const { db } = await withTestDatabase();

const email = "ada@example.org";
const password = "six unrelated words in a row";
const passwordHash = quickHash(password);

// Counts what was really tried.
const hashed = vi.spyOn(passwords, "verifyPassword");

beforeEach(async () => {
  await db.user.deleteMany();
  await db.rateLimit.deleteMany();
  await db.user.create({ data: { name: "ada", email, role: "RESEARCHER", passwordHash } });
  hashed.mockClear();
});

const stranger = (network = "203.0.113.9") => ({ network, deviceToken: null });
const guess = (from: { network: string; deviceToken: string | null }, given = "wrong", to = email) =>
  authenticate({ email: to, password: given }, from);

async function outcomes(tries: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(tries)) {
    const key = outcome.status === "fulfilled" ? "in" : outcome.reason.code;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describe("guessing a password", () => {
  it("gets no more tries from sixty parallel requests than from ten in a row", async () => {
    const parallel = Array.from({ length: 60 }, (_, index) => guess(stranger(), `guess ${index}`));
    expect(await outcomes(parallel)).toEqual({ not_signed_in: 10, too_many_requests: 50 });
    expect(hashed).toHaveBeenCalledTimes(10);
  });

  it("gets no more tries from sixty addresses at once", async () => {
    const parallel = Array.from({ length: 60 }, (_, index) => guess(stranger(`203.0.113.${index}`)));
    expect(await outcomes(parallel)).toEqual({ not_signed_in: 10, too_many_requests: 50 });
    expect(hashed).toHaveBeenCalledTimes(10);
  });

  it("ends after ten tries in a row, even for the right password", async () => {
    for (let index = 0; index < 10; index++) {
      await expect(guess(stranger())).rejects.toMatchObject({ code: "not_signed_in" });
    }
    await expect(guess(stranger(), password)).rejects.toMatchObject({
      code: "too_many_requests",
      remedy: expect.stringMatching(/^Try again in [12] minutes?, or in a browser/),
    });
  });

  it("is limited in the same way for unknown accounts", async () => {
    const parallel = Array.from({ length: 30 }, () => guess(stranger(), "x", "nobody@example.org"));
    expect(await outcomes(parallel)).toEqual({ not_signed_in: 10, too_many_requests: 20 });
    // As many hashes as for one that there is: the time tells nothing.
    expect(hashed.mock.calls).toEqual(Array.from({ length: 10 }, () => ["x", null, { first: false }]));
  });

  it("of one password at many accounts ends after fifty for one address", async () => {
    const emails = Array.from({ length: 60 }, (_, index) => `person-${index}@example.org`);
    await db.user.createMany({
      data: emails.map((email) => ({ name: email, email, role: "RATER", passwordHash: quickHash(password) })),
    });
    const parallel = emails.map((each) => guess(stranger(), "x", each));
    expect(await outcomes(parallel)).toEqual({ not_signed_in: 50, too_many_requests: 10 });
    expect((await guess(stranger("198.51.100.7"), password)).email).toBe(email);
  });

  it("does not count correct passwords", async () => {
    for (let index = 0; index < 15; index++) await guess(stranger(), password);
    for (const { key, freeAt } of await db.rateLimit.findMany()) {
      expect({ key, used: freeAt.getTime() > Date.now() + 1000 }).toEqual({ key, used: false });
    }
  });
});

describe("a stranger who keeps failing", () => {
  it("does not lock out a browser that has signed in before", async () => {
    const { id } = await db.user.findUniqueOrThrow({ where: { email } });
    const deviceToken = await rememberDevice(null, id);
    await outcomes(Array.from({ length: 60 }, () => guess(stranger())));
    await expect(guess(stranger(), password)).rejects.toMatchObject({ code: "too_many_requests" });
    // Even from the same address.
    expect((await guess({ ...stranger(), deviceToken }, password)).id).toBe(id);
  });

  it("gets no more tries with a browser known to another account", async () => {
    const mallory = await db.user.create({ data: { name: "m", email: "m@example.org", role: "RATER" } });
    const deviceToken = await rememberDevice(null, mallory.id);
    const parallel = Array.from({ length: 30 }, () => guess({ ...stranger(), deviceToken }));
    expect(await outcomes(parallel)).toEqual({ not_signed_in: 10, too_many_requests: 20 });
  });

  it("is also limited in a known browser", async () => {
    const { id } = await db.user.findUniqueOrThrow({ where: { email } });
    const deviceToken = await rememberDevice(null, id);
    const parallel = Array.from({ length: 30 }, () => guess({ ...stranger(), deviceToken }));
    expect(await outcomes(parallel)).toEqual({ not_signed_in: 10, too_many_requests: 20 });
  });

  it("delays other strangers by at most ten seconds, and refuses none", async () => {
    for (let index = 0; index < 3; index++) {
      await attemptSignIn(`person-${index}@example.org`, { network: `n${index}`, device: null });
    }
    const key = "sign-in everybody";
    const [counted] = await db.rateLimit.findMany({ where: { key } });
    expect(counted!.freeAt.getTime() - Date.now()).toBeGreaterThan(1500);
    // As two hundred tries leave it, which are the allowance.
    await db.rateLimit.update({ where: { key }, data: { freeAt: new Date(Date.now() + 200_000) } });
    const begun = performance.now();
    expect((await guess(stranger("198.51.100.7"), password)).email).toBe(email);
    expect(performance.now() - begun).toBeGreaterThan(500);
    const [row] = await db.rateLimit.findMany({ where: { key } });
    expect(row!.freeAt.getTime() - Date.now()).toBeLessThan(211_000);
  });
});

describe("a known device", () => {
  it("is recognised by a new token after each sign-in, for all its accounts, and only by the latest one", async () => {
    const ada = await db.user.findUniqueOrThrow({ where: { email } });
    const grace = await db.user.create({ data: { name: "g", email: "g@example.org", role: "RATER" } });
    const first = await rememberDevice(null, ada.id);
    const second = await rememberDevice(first, grace.id);
    expect(await findKnownDevice(first, email)).toBeNull();
    expect(await findKnownDevice(second, email)).not.toBeNull();
    expect(await findKnownDevice(second, grace.email)).not.toBeNull();
    expect(await findKnownDevice(null, email)).toBeNull();
    expect(JSON.stringify(await db.knownDevice.findMany())).not.toContain(second);
  });

  it("is one of at most twenty", async () => {
    const { id } = await db.user.findUniqueOrThrow({ where: { email } });
    const first = await rememberDevice(null, id);
    for (let index = 0; index < 20; index++) await rememberDevice(null, id);
    expect(await db.knownDevice.count()).toBe(20);
    expect(await findKnownDevice(first, email)).toBeNull();
  });
});

describe("other secrets", () => {
  it("unknown sign-in links can be tried fifty times from one address, and a right one counts for nothing", async () => {
    const { id } = await db.user.findUniqueOrThrow({ where: { email } });
    const tries = Array.from({ length: 70 }, (_, index) => redeemSignInLink(`made up ${index}`, stranger()));
    expect(await outcomes(tries)).toEqual({ gone: 50, too_many_requests: 20 });
    const { path } = await createSignInLink(id);
    expect((await redeemSignInLink(path.replace("/sign-in/", ""), stranger("198.51.100.7"))).id).toBe(id);
  });

  it("one's current password can be tried ten times in a session", async () => {
    const user = await db.user.findUniqueOrThrow({ where: { email } });
    const visitor = { address: "203.0.113.9", browser: "" };
    const member = (await findMember(await startSession(user, visitor, false, db)))!;
    const tries = Array.from({ length: 40 }, (_, index) =>
      saveAccount(
        member,
        { name: "ada", email: "thief@example.org", current: `guess ${index}`, password: "", repeated: "" },
        visitor,
        async () => null,
      ),
    );
    expect(await outcomes(tries)).toEqual({ forbidden: 10, too_many_requests: 30 });
    expect(hashed).toHaveBeenCalledTimes(10);
    // Which keeps nobody from signing in.
    expect((await guess(stranger(), password)).email).toBe(email);
  });
});
