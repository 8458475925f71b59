/**
 * Limits on how often a secret may be tried. They are kept in the database, where one statement both checks and counts,
 * so that neither parallel requests nor several web servers get more tries than one.
 *
 * A key's allowance is used up by `attempts` tries and grows back evenly within `windowMs` (the generic cell rate
 * algorithm, ITU-T I.371); what is stored is the moment at which it will be whole again.
 */
import { db } from "@/lib/platform/database/db";

export type RateLimit = { readonly attempts: number; readonly windowMs: number };

const costMs = (limit: RateLimit) => limit.windowMs / limit.attempts;

/**
 * Takes one try before what it guards is done.
 *
 * @returns 0, or in how many milliseconds the next try will be possible: then nothing was taken
 */
export async function takeAttempt(key: string, limit: RateLimit): Promise<number> {
  const cost = costMs(limit);
  const taken = await db.$executeRaw`
    WITH swept AS (
      DELETE FROM "RateLimit" WHERE key IN (
        SELECT key FROM "RateLimit" WHERE "freeAt" < now() AND key <> ${key} LIMIT 10 FOR UPDATE SKIP LOCKED
      )
    )
    INSERT INTO "RateLimit" AS used (key, "freeAt") VALUES (${key}, clock_timestamp() + ${cost} * interval '1 ms')
    ON CONFLICT (key) DO UPDATE
      SET "freeAt" = greatest(used."freeAt", clock_timestamp()) + ${cost} * interval '1 ms'
      WHERE used."freeAt" + ${cost} * interval '1 ms' <= clock_timestamp() + ${limit.windowMs} * interval '1 ms'`;
  if (taken > 0) return 0;
  const [row] = await db.$queryRaw<{ ms: number }[]>`
    SELECT extract(epoch FROM "freeAt" - clock_timestamp())::float8 * 1000 AS ms FROM "RateLimit" WHERE key = ${key}`;
  return Math.max(1, (row?.ms ?? 0) + cost - limit.windowMs);
}

/** Gives a try back that turned out to be honest. */
export async function returnAttempt(key: string, limit: RateLimit): Promise<void> {
  await db.$executeRaw`
    UPDATE "RateLimit" SET "freeAt" = "freeAt" - ${costMs(limit)} * interval '1 ms' WHERE key = ${key}`;
}

/**
 * For what must never be rejected, only slowed down: takes one try in any case.
 *
 * @returns how many milliseconds to wait first, at most `longestMs`: 0 within the allowance
 */
export async function takeTurn(key: string, limit: RateLimit, longestMs: number): Promise<number> {
  const cost = costMs(limit);
  const most = limit.windowMs + longestMs;
  const [row] = await db.$queryRaw<{ ms: number }[]>`
    INSERT INTO "RateLimit" AS used (key, "freeAt") VALUES (${key}, clock_timestamp() + ${cost} * interval '1 ms')
    ON CONFLICT (key) DO UPDATE SET "freeAt" = least(
      greatest(used."freeAt", clock_timestamp()) + ${cost} * interval '1 ms',
      clock_timestamp() + ${most} * interval '1 ms'
    )
    RETURNING extract(epoch FROM "freeAt" - clock_timestamp())::float8 * 1000 AS ms`;
  return Math.min(longestMs, Math.max(0, row!.ms - limit.windowMs));
}
