/** Counts failed sign-ins, so that passwords cannot be guessed by trying. */
import { SemblanceError } from "@/lib/errors";
import { howToGetALink } from "./how-to-get-a-link";

const windowMs = 15 * 60_000;
/** Per account: more than a forgetful person needs, far fewer than guessing needs. */
const perKey = 10;
/** Over all accounts: against one password tried on many addresses. */
const overall = 200;
/** Forget the oldest keys beyond this many, so that made-up addresses cannot fill the memory. */
const keysKept = 10_000;

export type AttemptLimit = {
  /** @throws SemblanceError `too_many_requests` when `key`, or everybody together, has failed too often */
  check(key: string): void;
  recordFailure(key: string): void;
  recordSuccess(key: string): void;
};

/**
 * A counter of its own. It lives in the web server's memory: restarting forgets it, which an attacker cannot cause.
 *
 * @param now milliseconds; replaced by tests
 */
export function createAttemptLimit(now: () => number = Date.now): AttemptLimit {
  const failures = new Map<string, number[]>();
  let all: number[] = [];
  const recent = (times: number[]) => times.filter((at) => at > now() - windowMs);

  return {
    check(key) {
      const own = recent(failures.get(key) ?? []);
      all = recent(all);
      const oldest = own.length >= perKey ? own[0] : all.length >= overall ? all[0] : undefined;
      if (oldest === undefined) return;
      const minutes = Math.max(1, Math.ceil((oldest + windowMs - now()) / 60_000));
      throw new SemblanceError("too_many_requests", "Too many failed sign-ins.", {
        remedy: `Try again in ${minutes} minute${minutes === 1 ? "" : "s"}. A sign-in link works immediately. ${howToGetALink(null)}`,
      });
    },
    recordFailure(key) {
      const times = [...recent(failures.get(key) ?? []), now()];
      failures.delete(key);
      failures.set(key, times);
      all = [...recent(all), now()];
      if (failures.size > keysKept) failures.delete(failures.keys().next().value!);
    },
    recordSuccess(key) {
      failures.delete(key);
    },
  };
}

// Next bundles this module more than once; the count must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceSignInLimit?: AttemptLimit };

/** The limit that sign-in uses. */
export function signInLimit(): AttemptLimit {
  holder.semblanceSignInLimit ??= createAttemptLimit();
  return holder.semblanceSignInLimit;
}
