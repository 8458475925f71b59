import type PQueue from "p-queue";
import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "@/lib/platform/accounts/password";

describe("passwords", () => {
  it("are recognised by their hash, and others are not", async () => {
    const hash = await hashPassword("correct horse battery staple");
    expect(await verifyPassword("correct horse battery staple", hash)).toBe(true);
    expect(await verifyPassword("correct horse battery stapl", hash)).toBe(false);
    expect(await verifyPassword("", hash)).toBe(false);
  });

  it("hash differently each time, so that equal passwords do not show", async () => {
    expect(await hashPassword("the same")).not.toBe(await hashPassword("the same"));
  });

  it("match however the keyboard composes their letters", async () => {
    const hash = await hashPassword("caf\u00e9 au lait");
    expect(await verifyPassword("cafe\u0301 au lait", hash)).toBe(true);
  });

  it("never match without a hash, or with one of another scheme", async () => {
    expect(await verifyPassword("anything", null)).toBe(false);
    expect(await verifyPassword("anything", "plain$anything")).toBe(false);
    expect(await verifyPassword("", "")).toBe(false);
  });

  it("use the cost in their hash, so that it can be raised later", async () => {
    const cheap = await import("node:crypto").then(({ scryptSync }) =>
      scryptSync("old", "salt", 32, { N: 1024 }),
    );
    const salt = Buffer.from("salt").toString("base64url");
    expect(await verifyPassword("old", `scrypt$1024$8$1$${salt}$${cheap.toString("base64url")}`)).toBe(true);
  });
});

describe("hashing", () => {
  const cheap = `scrypt$1024$8$1$${Buffer.from("salt").toString("base64url")}$AAAA`;

  it("runs at most twice at a time, whatever the demand, and refuses what would wait for long", async () => {
    const asked = Array.from({ length: 150 }, () => verifyPassword("guess", cheap));
    const queue = (globalThis as { semblanceHashing?: PQueue }).semblanceHashing!;
    expect(queue.pending).toBe(2);
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason.code] : [],
    );
    expect(refused).toEqual(Array.from({ length: 48 }, () => "unavailable"));
  });

  it("also runs if there is no hash to compare with", async () => {
    const answer = verifyPassword("guess", null);
    expect((globalThis as { semblanceHashing?: PQueue }).semblanceHashing!.pending).toBe(1);
    expect(await answer).toBe(false);
  });

  it("serves a known browser before waiting strangers, and never refuses it", async () => {
    const order: string[] = [];
    const strangers = Array.from({ length: 102 }, () =>
      verifyPassword("guess", cheap).then(() => order.push("stranger")),
    );
    const known = verifyPassword("mine", cheap, { first: true }).then(() => order.push("known"));
    await Promise.all([...strangers, known]);
    expect(order.indexOf("known")).toBeLessThan(6);
  });
});
