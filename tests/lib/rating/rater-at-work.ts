/** A simulated rater for the tests of leases and answers. */
import type { SemblanceError } from "@/lib/errors";
import type { Database } from "@/lib/platform/database/db";
import type { RaterAnswer } from "@/lib/questions/rater-answer";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { until } from "@/tests/until";

export async function join(inviteToken: string): Promise<string> {
  return (await joinStudy(inviteToken, {})).raterId;
}

/** A submission with its own key; by default the image on the left is the better one. */
export function answerTo(assignmentId: string, answer: RaterAnswer = { type: "pair", winner: "left" }) {
  return { assignmentId, answer, clientKey: crypto.randomUUID(), latencyMs: 900 };
}

/** Answers the item that is up. */
export async function answerOne(raterId: string): Promise<void> {
  const [item] = (await leaseAssignments(raterId)).items;
  await submitRating(raterId, answerTo(item!.assignmentId));
}

/** Answers items until there are none left; returns how many. What somebody else was quicker with is passed over. */
export async function answerAll(
  raterId: string,
  choose: (item: AssignedItem) => RaterAnswer | Promise<RaterAnswer> = () => ({
    type: "pair",
    winner: "left",
  }),
): Promise<number> {
  for (let count = 0; ; count++) {
    const item = (await leaseAssignments(raterId)).items[0];
    if (!item) return count;
    try {
      await submitRating(raterId, answerTo(item.assignmentId, await choose(item)));
    } catch (thrown) {
      if ((thrown as SemblanceError).code !== "gone") throw thrown;
      count--;
    }
  }
}

/** Lets a rater's leases run out without waiting for the clock. */
export async function backdateLeases(db: Database, raterId: string): Promise<void> {
  const past = new Date(Date.now() - 1000);
  const leased = await db.assignment.findMany({ where: { raterId, state: "LEASED" }, select: { id: true } });
  const ids = leased.map(({ id }) => id);
  await db.assignment.updateMany({ where: { id: { in: ids } }, data: { leaseExpiresAt: past } });
  await db.seat.updateMany({ where: { assignmentId: { in: ids } }, data: { heldUntil: past } });
}

/** Answers a check of the test studies, whose first image is the right one, rightly or wrongly. */
export async function checkAnswer(
  db: Database,
  assignmentId: string,
  isRight: boolean,
): Promise<RaterAnswer> {
  const { placement } = await db.assignment.findUniqueOrThrow({ where: { id: assignmentId } });
  return { type: "pair", winner: (placement[0] === 0) === isRight ? "left" : "right" };
}

/** Until a statement waits for rows that another transaction has locked. */
export async function untilLocked(db: Database): Promise<void> {
  await until("a statement that waits for another transaction", async () => {
    const [row] = await db.$queryRaw<{ waits: boolean }[]>`
      SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') AS waits`;
    return row!.waits;
  });
}
