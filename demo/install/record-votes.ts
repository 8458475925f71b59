/** Puts simulated votes into a study as if their raters had come by, each marked as simulated. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { simulatedInput } from "@/lib/dashboard/remove-demo";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { winners } from "@/lib/statistics/vote";

/** A row of votes.csv as `semblance rank` reads it too. */
export const simulatedVote = z.object({
  caption: z.string().min(1),
  rater: z.string().min(1),
  left: z.string().min(1),
  right: z.string().min(1),
  winner: z.enum(winners),
  latency_ms: z.coerce.number().int().min(0),
});
export type SimulatedVote = z.infer<typeof simulatedVote>;
export const simulatedVoteColumns = Object.keys(simulatedVote.shape) as (keyof SimulatedVote)[];

const leaseMs = 600_000;

/** @throws SemblanceError `invalid_file` naming the line that is not a vote */
export async function readSimulatedVotes(path: string): Promise<SimulatedVote[]> {
  const rows: unknown[] = parse(await readFile(path), { columns: true, skip_empty_lines: true });
  return rows.map((row, index) => {
    const parsed = simulatedVote.safeParse(row);
    if (parsed.success) return parsed.data;
    throw new SemblanceError("invalid_file", `Line ${index + 2} of ${path} is not a vote.`, {
      remedy: "Make the file again: npm run demo:build",
      cause: parsed.error,
    });
  });
}

/**
 * @param studyId an open study whose items are pairs
 * @throws SemblanceError `invalid_file` for a vote on a pair that the study does not ask, or on one that has had
 *   all its votes
 */
export async function recordVotes(studyId: string, votes: readonly SimulatedVote[]): Promise<void> {
  const study = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    include: {
      items: {
        where: { kind: "REGULAR" },
        include: {
          images: { orderBy: { position: "asc" }, include: { arm: { select: { name: true } } } },
          seats: { orderBy: { round: "asc" } },
        },
      },
    },
  });
  const itemOf = new Map(
    study.items.map((item) => [
      [item.captionText, ...item.images.map(({ arm }) => arm!.name).sort()].join("\n"),
      { ...item, free: item.seats },
    ]),
  );
  const raterIds = new Map(
    [...new Set(votes.map(({ rater }) => rater))].map((rater) => [rater, randomUUID()]),
  );
  const answered = new Map<string, number>();
  const startMs = (study.openedAt ?? new Date()).getTime();
  let elapsedMs = 0;

  const rows = votes.map((vote) => {
    const item = itemOf.get([vote.caption, ...[vote.left, vote.right].sort()].join("\n"));
    if (!item) throw misfit(vote, "the study does not ask it");
    const placement = [vote.left, vote.right].map((arm) =>
      item.images.findIndex((each) => each.arm!.name === arm),
    );
    const seat =
      item.free.find((each) => each.placement.every((place, at) => place === placement[at])) ?? item.free[0];
    if (!seat) throw misfit(vote, "it has had all its votes");
    item.free = item.free.filter((each) => each !== seat);
    const raterId = raterIds.get(vote.rater)!;
    const ordinal = answered.get(vote.rater) ?? 0;
    answered.set(vote.rater, ordinal + 1);
    const leasedAt = new Date(startMs + elapsedMs);
    elapsedMs += vote.latency_ms;
    const createdAt = new Date(startMs + elapsedMs);
    return {
      vote,
      itemId: item.id,
      seatId: seat.id,
      id: randomUUID(),
      raterId,
      placement,
      ordinal,
      leasedAt,
      createdAt,
    };
  });

  await db.$transaction(
    async (transaction) => {
      await transaction.rater.createMany({
        // Without a session: simulated raters cannot come back.
        data: [...raterIds].map(([name, id]) => ({
          id,
          studyId,
          externalId: name,
        })),
      });
      await transaction.assignment.createMany({
        data: rows.map(({ id, itemId, raterId, placement, ordinal, leasedAt }) => ({
          id,
          itemId,
          raterId,
          state: "DONE" as const,
          placement,
          imageTokens: placement.map(() => randomUUID()),
          ordinal,
          leasedAt,
          leaseExpiresAt: new Date(leasedAt.getTime() + leaseMs),
        })),
      });
      await transaction.rating.createMany({
        data: rows.map(({ id, vote, createdAt }) => ({
          assignmentId: id,
          answer: { type: "pair", winner: vote.winner },
          clientKey: randomUUID(),
          latencyMs: vote.latency_ms,
          inputKind: simulatedInput,
          createdAt,
        })),
      });
      for (const { id, seatId } of rows) {
        await transaction.seat.update({ where: { id: seatId }, data: { assignmentId: id, isDone: true } });
      }
    },
    { timeout: 120_000 },
  );
}

function misfit({ caption, left, right }: SimulatedVote, why: string): SemblanceError {
  return new SemblanceError(
    "invalid_file",
    `The demo has a vote on “${caption}”, ${left} against ${right}, but ${why}.`,
    { remedy: "Make the demo again: npm run demo:build" },
  );
}
