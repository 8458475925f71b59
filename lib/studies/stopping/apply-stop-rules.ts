/** Closes studies whose stop rule is met; the worker asks for it every half minute. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { pairTypes } from "@/lib/questions/question-types";
import { raterAnswer, winnerOf } from "@/lib/questions/rater-answer";
import { decideStop, type StopDecision } from "@/lib/statistics/stop-decision";
import type { Vote } from "@/lib/statistics/vote";
import { votesToTable } from "@/lib/statistics/vote-table";
import { stopRule } from "../design/stop-rule";
import { endStudy } from "./end-study";

/** @returns the ids of the studies that were closed */
export async function applyStopRules(): Promise<string[]> {
  const open = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Study" WHERE state = 'OPEN' AND NOT "isPilot" AND "stopRule" IS NOT NULL AND "stopRule" <> 'null'::jsonb`;
  const closed: string[] = [];
  for (const { id } of open) {
    const decisions = await judgeStopRule(id);
    if (decisions.length === 0 || !decisions.every(({ stop }) => stop)) continue;
    // Another worker may have been quicker, or a person.
    if (await endStudy(id, "stop-rule", "system", { decisions })) closed.push(id);
  }
  return closed;
}

/**
 * How far a study is by its stop rule: one decision for each question that shows pairs. Votes of excluded raters and
 * repeats are left out. Empty for a study without a rule.
 */
export async function judgeStopRule(
  studyId: string,
): Promise<(StopDecision & { criterion: string; question: string })[]> {
  const study = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    include: {
      arms: { orderBy: { position: "asc" } },
      criteria: { where: { questionType: { in: [...pairTypes] } }, orderBy: { position: "asc" } },
    },
  });
  if (study.stopRule === null) return [];
  const rule = stopRule.parse(study.stopRule);
  const arms = study.arms.map(({ name }) => name);
  const indexOf = (wanted: string) => {
    const index = arms.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
    if (index >= 0) return index;
    throw new SemblanceError("not_found", `The stop rule of “${study.name}” names the arm “${wanted}”.`, {
      remedy: `The study's arms are ${arms.join(", ")}.`,
    });
  };
  const pairs: [number, number][] =
    rule.arms === "all"
      ? arms.flatMap((_, first) =>
          arms.slice(first + 1).map((_, step): [number, number] => [first, first + 1 + step]),
        )
      : [[indexOf(rule.arms[0]), indexOf(rule.arms[1])]];
  return Promise.all(
    study.criteria.map(async ({ id, key, question }) => ({
      criterion: key,
      question,
      ...decideStop(votesToTable(await pairVotes(id), arms), pairs, rule),
    })),
  );
}

async function pairVotes(criterionId: string): Promise<Vote[]> {
  const rows = await db.$queryRaw<(Omit<Vote, "winner"> & { answer: unknown })[]>`
    SELECT i."captionId"::text AS caption, a."raterId"::text AS rater,
      leftArm.name AS "left", rightArm.name AS "right", r.answer
    FROM "Rating" r
    JOIN "Assignment" a ON a.id = r."assignmentId" AND NOT a."isRepeat"
    JOIN "Rater" person ON person.id = a."raterId" AND person."excludedAt" IS NULL
    JOIN "Item" i ON i.id = a."itemId" AND i.kind = 'REGULAR' AND i."criterionId" = ${criterionId}::uuid
    JOIN "ItemImage" lp ON lp."itemId" = i.id AND lp.position = a.placement[1]
    JOIN "ItemImage" rp ON rp."itemId" = i.id AND rp.position = a.placement[2]
    JOIN "Arm" leftArm ON leftArm.id = lp."armId"
    JOIN "Arm" rightArm ON rightArm.id = rp."armId"
    ORDER BY r."createdAt", a.id`;
  return rows.map(({ answer, ...seen }) => ({ ...seen, winner: winnerOf(raterAnswer.parse(answer))! }));
}
