/** A rater who is locked for the length of a transaction, and what decides which items come next for them. */
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import type { CheckKind } from "../checks/planned-checks";
import { unknownRater } from "../join/find-rater";

/**
 * Makes everything that one rater does wait its turn: two tabs, a retry and the first try, an answer and a lease.
 * Statements that depend on what others did meanwhile come behind it.
 */
export async function lockRater(transaction: SqlRunner, raterId: string): Promise<void> {
  await transaction.$queryRaw`SELECT FROM "Rater" WHERE id = ${raterId}::uuid FOR UPDATE`;
}

/** The rater as the transaction that locked them sees them. */
export type LockedRater = {
  raterId: string;
  studyId: string;
  state: string;
  itemsPerRater: number;
  leaseSeconds: number;
  ratersPerItem: number;
  pairChoice: "BALANCED" | "ACTIVE";
  qualityControl: unknown;
  endings: unknown;
  access: unknown;
  excludedAt: Date | null;
  exclusionReason: string | null;
  qualifiedAt: Date | null;
  /** Answers outside the training round, and within it. */
  answered: number;
  trained: number;
  /** Checks given so far, answered or not. */
  given: Record<CheckKind, number>;
  /** Median time per answer; null before the first. */
  seconds: number | null;
  /** For how long, from now, seats are held for the rater: until `leaseSeconds` after their last answer; else 0. */
  holdSeconds: number;
};

/**
 * Begun once `lockRater` was, in the same transaction.
 *
 * @throws SemblanceError `not_signed_in` where the rater was removed meanwhile
 */
export async function readRater(transaction: SqlRunner, raterId: string): Promise<LockedRater> {
  const [rater] = await transaction.$queryRaw<LockedRater[]>`
    SELECT r.id AS "raterId", r."excludedAt", r."exclusionReason", r."qualifiedAt", s.id AS "studyId", s.state::text AS state,
           s."itemsPerRater", s."leaseSeconds", s."ratersPerItem", s."pairChoice"::text AS "pairChoice", s."qualityControl",
           s.endings, s.access,
           done.answered, done.trained, done.seconds, done.given,
           GREATEST(0, COALESCE(s."leaseSeconds" - EXTRACT(EPOCH FROM clock_timestamp() - done.latest), 0))::float8 AS "holdSeconds"
    FROM "Rater" r JOIN "Study" s ON s.id = r."studyId",
    LATERAL (
      SELECT count(own.latency) FILTER (WHERE own.kind <> 'TRAINING')::int AS answered,
             count(own.latency) FILTER (WHERE own.kind = 'TRAINING')::int AS trained,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY own.latency) / 1000 AS seconds, max(own.at) AS latest,
             jsonb_build_object('gold', count(*) FILTER (WHERE own.kind = 'GOLD'),
                                'attention', count(*) FILTER (WHERE own.kind = 'ATTENTION'),
                                'repeat', count(*) FILTER (WHERE own."isRepeat")) AS given
      FROM (
        SELECT i.kind, a."isRepeat", given."latencyMs" AS latency, given."createdAt" AS at
        FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" LEFT JOIN "Rating" given ON given."assignmentId" = a.id
        WHERE a."raterId" = r.id
      ) own
    ) done
    WHERE r.id = ${raterId}::uuid`;
  if (!rater) throw unknownRater();
  return rater;
}
