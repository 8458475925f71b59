/**
 * Counts requests by whoever sends them, so that nobody takes the server's time from all others. In memory, since every
 * request is counted; tries of secrets are counted in the database (lib/platform/accounts/rate-limit.ts).
 */
import { SemblanceError } from "@/lib/errors";
import type { Rate } from "./route-limits";

/** The longest unseen are forgotten beyond this many, so that made-up senders cannot fill the memory. */
const mostSenders = 20_000;

/**
 * A bucket per sender that holds `burst` requests and fills again by `perSecond`.
 *
 * @param now milliseconds; replaced by tests
 */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** @throws SemblanceError `too_many_requests` where the sender has none left */
  take(sender: string): void {
    const left = this.#left(sender);
    if (left < 1) {
      const seconds = Math.ceil((1 - left) / this.#rate.perSecond);
      throw new SemblanceError("too_many_requests", "Too many requests came from you or your network.", {
        remedy: `Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`,
        details: { retryAfterSeconds: seconds },
      });
    }
    this.#buckets.delete(sender);
    this.#buckets.set(sender, { left: left - 1, at: this.#now() });
    if (this.#buckets.size > mostSenders) this.#buckets.delete(this.#buckets.keys().next().value!);
  }

  #left(sender: string): number {
    const bucket = this.#buckets.get(sender);
    if (!bucket) return this.#rate.burst;
    const seconds = (this.#now() - bucket.at) / 1000;
    return Math.min(this.#rate.burst, bucket.left + seconds * this.#rate.perSecond);
  }
}
