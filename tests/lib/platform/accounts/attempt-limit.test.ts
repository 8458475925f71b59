import { describe, expect, it } from "vitest";
import { createAttemptLimit } from "@/lib/platform/accounts/attempt-limit";

const minuteMs = 60_000;

function limitAt() {
  const clock = { ms: 1_000_000 };
  return { clock, limit: createAttemptLimit(() => clock.ms) };
}

describe("the limit on failed sign-ins", () => {
  it("closes an account after ten failures and opens it a quarter of an hour after the first", () => {
    const { clock, limit } = limitAt();
    for (let failure = 0; failure < 10; failure++) {
      limit.check("ada");
      limit.recordFailure("ada");
      clock.ms += minuteMs;
    }
    expect(() => limit.check("ada")).toThrow("Too many failed sign-ins.");
    expect(() => limit.check("grace")).not.toThrow();
    clock.ms += 5 * minuteMs;
    expect(() => limit.check("ada")).not.toThrow();
  });

  it("says how long to wait", () => {
    const { clock, limit } = limitAt();
    for (let failure = 0; failure < 10; failure++) limit.recordFailure("ada");
    clock.ms += 12 * minuteMs;
    expect(() => limit.check("ada")).toThrow(
      expect.objectContaining({ code: "too_many_requests", remedy: expect.stringContaining("in 3 minutes") }),
    );
  });

  it("forgets an account's failures once its owner has come in", () => {
    const { limit } = limitAt();
    for (let failure = 0; failure < 9; failure++) limit.recordFailure("ada");
    limit.recordSuccess("ada");
    limit.recordFailure("ada");
    expect(() => limit.check("ada")).not.toThrow();
  });

  it("closes for everybody when one password is tried on very many addresses", () => {
    const { limit } = limitAt();
    for (let address = 0; address < 200; address++) limit.recordFailure(`person-${address}`);
    expect(() => limit.check("somebody else")).toThrow("Too many failed sign-ins.");
  });
});
