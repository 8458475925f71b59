/** Stores a rater's problem report on an item, and gives the item to somebody else if the rater skips it. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { inPreparedTransaction } from "@/lib/platform/database/prepared-transaction";
import { judgeRater } from "../checks/judge-rater";
import type { Lease } from "../item/assigned-item";
import { findFaultyImages } from "../item/faulty-images";
import { longestReportText, reportReasons } from "../item/item-report";
import { findLastAnswer } from "../item/last-answer";
import { leaseWithin } from "../lease/lease-assignments";
import { lockRater } from "../lease/locked-rater";

const itemReport = z.object({
  assignmentId: z.uuid(),
  reason: z.enum(reportReasons),
  text: z.string().trim().max(longestReportText).default(""),
  skips: z.boolean(),
  /** Whether the screen reports by itself that images do not appear. */
  isAutomatic: z.boolean().default(false),
});

const mostReports = 10;
const withinMinutes = 10;

/**
 * One report for each time that a rater is given an item; the latest one stays. A skipped item is not an answer: its seat is
 * free again, and its rater is never given it another time; where one of its images is lost or damaged, nobody is. An item
 * that was answered is reported, not skipped.
 *
 * @returns what comes next
 * @throws SemblanceError `not_found` for an item that is not this rater's, `forbidden` for an excluded rater, `gone` when
 *   the study has closed, `too_many_requests` beyond ten reports within ten minutes; ZodError for what is not a report
 */
export async function reportItem(raterId: string, input: unknown): Promise<Lease> {
  const { assignmentId, reason, text, skips, isAutomatic } = itemReport.parse(input);
  const isFaulty = reason === "image" && (await findFaultyImages(raterId, assignmentId));
  return inPreparedTransaction(async (transaction) => {
    await lockRater(transaction, raterId);
    const [assignment] = await transaction.$queryRaw<
      {
        state: string;
        kind: string;
        studyId: string;
        isOpen: boolean;
        isExcluded: boolean;
        qualityControl: unknown;
        recent: number;
      }[]
    >`
      SELECT a.state::text AS state, i.kind::text AS kind, s.id AS "studyId", s.state = 'OPEN' AS "isOpen",
             r."excludedAt" IS NOT NULL AS "isExcluded", s."qualityControl",
             (SELECT count(*)::int FROM "ItemReport" report JOIN "Assignment" own ON own.id = report."assignmentId"
              WHERE own."raterId" = r.id AND own.id <> a.id
                AND report."createdAt" > now() - make_interval(mins => ${withinMinutes})) AS recent
      FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" JOIN "Rater" r ON r.id = a."raterId"
      JOIN "Study" s ON s.id = i."studyId"
      WHERE a.id = ${assignmentId}::uuid AND a."raterId" = ${raterId}::uuid`;
    if (!assignment) {
      throw new SemblanceError("not_found", "This item was not given to you.", {
        remedy: "Reload the page to continue with your own.",
      });
    }
    if (assignment.isExcluded) {
      throw new SemblanceError("forbidden", "You cannot continue in this study.", {
        remedy: "Ask the people who invited you.",
      });
    }
    if (!assignment.isOpen) {
      throw new SemblanceError("gone", "This study is closed.", {
        remedy: "There is nothing more to do.",
        details: { reason: "closed" },
      });
    }
    // Nobody is kept by faults that are none of theirs.
    if (assignment.recent >= mostReports && !(isAutomatic && isFaulty)) {
      throw new SemblanceError("too_many_requests", "You have reported many items in a short time.", {
        remedy: "Wait a few minutes, or contact the people who invited you.",
      });
    }
    await transaction.$executeRaw`
      INSERT INTO "ItemReport" ("assignmentId", reason, text) VALUES (${assignmentId}::uuid, ${reason}, ${text})
      ON CONFLICT ("assignmentId") DO UPDATE SET reason = excluded.reason, text = excluded.text, "createdAt" = now()`;
    if (skips && (assignment.state === "LEASED" || assignment.state === "LAPSED")) {
      await transaction.$executeRaw`
        UPDATE "Seat" SET "assignmentId" = NULL, "heldUntil" = NULL, "wantedUntil" = NULL
        WHERE "assignmentId" = ${assignmentId}::uuid AND NOT "isDone"`;
      await transaction.$executeRaw`
        UPDATE "Assignment" SET state = 'SKIPPED' WHERE id = ${assignmentId}::uuid`;
      // It may have been the last of the training round.
      if (assignment.kind === "TRAINING") {
        await judgeRater(transaction, { ...assignment, raterId }, "TRAINING");
      }
    }
    return leaseWithin(transaction, raterId, findLastAnswer(transaction, raterId));
  });
}
