/**
 * How often secrets may be tried. A try is counted before the secret is looked at and given back when it was right, so
 * that many tries at the same moment are no more than many in a row.
 */

import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import { howToGetALink } from "./how-to-get-a-link";
import { type RateLimit, returnAttempt, takeAttempt, takeTurn } from "./rate-limit";

const quarterMs = 15 * 60_000;
/** More than a forgetful person needs, far fewer than guessing needs. */
const perAccount: RateLimit = { attempts: 10, windowMs: quarterMs };
/** For all who share an address, such as a laboratory's. */
const perNetwork: RateLimit = { attempts: 50, windowMs: quarterMs };
/** Of everybody together; what goes beyond is slowed down to one per second and waits for up to ten. */
const ofStrangers: RateLimit = { attempts: 200, windowMs: 200_000 };
const longestDelayMs = 10_000;

/** Gives the try back: the secret was right. */
export type Attempt = { wasRight: () => Promise<void> };

/**
 * A try to sign in to the account of `email`, whether or not there is one.
 *
 * @param device of a browser that has signed in to this account before; strangers' tries do not count against it
 * @throws SemblanceError `too_many_requests`
 */
export async function attemptSignIn(
  email: string,
  { network, device }: { network: string; device: string | null },
): Promise<Attempt> {
  const account = createHash("sha256").update(email).digest("hex");
  const limits: Limits = device
    ? [[`sign-in device ${device} ${account}`, perAccount]]
    : [
        [`sign-in network ${network}`, perNetwork],
        [`sign-in account ${account}`, perAccount],
      ];
  const taken = await attempt(limits, "Too many failed sign-ins.", (wait) => {
    const elsewhere = device ? "" : ", or in a browser in which you have signed in before";
    return `Try again ${wait}${elsewhere}. A sign-in link works immediately. ${howToGetALink(null)}`;
  });
  if (device) return taken;
  const everybody = "sign-in everybody";
  const delayMs = await takeTurn(everybody, ofStrangers, longestDelayMs);
  if (delayMs > 0) await setTimeout(delayMs);
  return {
    wasRight: async () => {
      await taken.wasRight();
      await returnAttempt(everybody, ofStrangers);
    },
  };
}

/** A try of a one-time link. @throws SemblanceError `too_many_requests` */
export function attemptLink(network: string): Promise<Attempt> {
  return attempt([[`link network ${network}`, perNetwork]], "Too many sign-in links that do not exist.");
}

/** A member's try to name their own password, or to set one. @throws SemblanceError `too_many_requests` */
export function attemptOwnPassword(userId: string): Promise<Attempt> {
  return attempt([[`own password ${userId}`, perAccount]], "Too many attempts.");
}

type Limits = [key: string, limit: RateLimit][];

async function attempt(
  limits: Limits,
  message: string,
  remedy: (wait: string) => string = (wait) => `Try again ${wait}.`,
): Promise<Attempt> {
  for (const [key, limit] of limits) {
    const waitMs = await takeAttempt(key, limit);
    if (waitMs === 0) continue;
    const minutes = Math.ceil(waitMs / 60_000);
    throw new SemblanceError("too_many_requests", message, {
      remedy: remedy(`in ${counted(minutes, "minute", "minutes")}`),
      details: { retryAfterSeconds: Math.ceil(waitMs / 1000) },
    });
  }
  return {
    wasRight: async () => {
      for (const [key, limit] of limits) await returnAttempt(key, limit);
    },
  };
}
