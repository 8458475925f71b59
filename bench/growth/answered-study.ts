/** Studies with as many answers as are wanted: opened by the platform's own use case, and answered by one statement. */
import { db } from "@/lib/platform/database/db";
import { createStudy } from "@/lib/studies/design/create-study";
import { openStudy } from "@/lib/studies/plan/open-study";
import { createLoadWorld } from "../rating-load/load-study";

export const armCount = 4;
const pairsPerCaption = (armCount * (armCount - 1)) / 2;
const ratersPerItem = 10;
const answersPerRater = 200;

/**
 * Four arms, every pair of which ten people judge for every caption, 200 answers each. Answers follow Davidson's model with
 * arms of different strengths; one rater in fifty clicks left whatever is shown. The same size gives the same answers.
 *
 * @param name tells the studies of one database apart
 */
export async function answeredStudy(answers: number, name = "answered"): Promise<{ studyId: string }> {
  const captions = Math.ceil(answers / ratersPerItem / pairsPerCaption);
  const { sampleSetIds } = await createLoadWorld(captions, { sets: armCount, name: `${name} ${answers}` });
  const { id: studyId } = await createStudy(
    {
      name: `${name} ${answers}`,
      criteria: [{ key: "caption-similarity", question: "Which image matches the caption better?" }],
      arms: sampleSetIds.map((sampleSetId, index) => ({ name: `model ${index + 1}`, sampleSetId })),
      captionChoice: { choice: "all" },
      ratersPerItem,
      itemsPerRater: answersPerRater,
      access: { way: "invitations", minimumSeconds: 0 },
    },
    "growth",
  );
  await openStudy(studyId, "growth");
  await answerAll(studyId, Math.max(ratersPerItem, Math.ceil(answers / answersPerRater)));
  return { studyId };
}

/** As leases and answers leave the rows. @param raters at least as many as an item is answered by */
export async function answerAll(studyId: string, raters: number): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Rater" (id, "studyId", "externalId", "createdAt")
    SELECT gen_random_uuid(), ${studyId}::uuid, 'rater ' || n, now() - interval '2 days'
    FROM generate_series(0, ${raters - 1}::int) n`;
  // Draws are hashes of what they are drawn for; a drawing of chance in SQL would depend on the plan of the query.
  await db.$executeRaw`
    WITH raters AS (
      SELECT id, (row_number() OVER (ORDER BY "externalId" COLLATE "C") - 1)::int AS number
      FROM "Rater" WHERE "studyId" = ${studyId}::uuid
    ), items AS (
      SELECT i.id, (row_number() OVER (ORDER BY i."captionText" COLLATE "C", left_arm.name || right_arm.name COLLATE "C") - 1)::int AS number,
        i."captionText" || left_arm.name || right_arm.name AS name, right(left_arm.name, 1)::int AS first, right(right_arm.name, 1)::int AS second
      FROM "Item" i
      JOIN "ItemImage" l ON l."itemId" = i.id AND l.position = 0 JOIN "Arm" left_arm ON left_arm.id = l."armId"
      JOIN "ItemImage" r ON r."itemId" = i.id AND r.position = 1 JOIN "Arm" right_arm ON right_arm.id = r."armId"
      WHERE i."studyId" = ${studyId}::uuid AND i.kind = 'REGULAR'
    ), given AS (
      SELECT s.id AS seat, items.id AS item, raters.id AS rater, raters.number, s.placement, items.first, items.second,
        items.number * ${ratersPerItem}::int + s.round AS place,
        ('x' || substr(md5(items.name || ' ' || s.round), 1, 7))::bit(28)::int / 268435456.0 AS drawn
      FROM "Seat" s JOIN items ON items.id = s."itemId"
      JOIN raters ON raters.number = (items.number * ${ratersPerItem}::int + s.round) % ${raters}::int
    ), leased AS (
      INSERT INTO "Assignment" (id, "itemId", "raterId", state, placement, "imageTokens", ordinal, "leasedAt", "leaseExpiresAt")
      SELECT seat, item, rater, 'DONE', placement, '{}', place / ${raters}::int,
        now() - interval '1 day' + place * interval '100 ms', now() - interval '1 day' + place * interval '100 ms'
      FROM given
    ), rated AS (
      INSERT INTO "Rating" ("assignmentId", answer, "clientKey", "latencyMs", "viewportPx", "inputKind", "createdAt")
      SELECT seat, jsonb_build_object('type', 'pair', 'winner', CASE
          WHEN number % 50 = 7 THEN 'left'
          WHEN drawn < 0.05 THEN 'both_bad' WHEN drawn < 0.2 THEN 'tie'
          -- The odds of an arm are its number.
          WHEN (drawn - 0.2) / 0.8 < first::float / (first + second) THEN (ARRAY['left', 'right'])[placement[1] + 1]
          ELSE (ARRAY['right', 'left'])[placement[1] + 1] END),
        seat, 1500 + (drawn * 4000)::int, '1440x900', 'mouse', now() - interval '1 day' + place * interval '100 ms' + interval '5 s'
      FROM given
    )
    UPDATE "Seat" SET "isDone" = true, "assignmentId" = given.seat FROM given WHERE "Seat".id = given.seat`;
  await db.$executeRaw`
    UPDATE "Rater" SET "answerChanges" = given.answers
    FROM (SELECT a."raterId", count(*)::int AS answers FROM "Assignment" a GROUP BY a."raterId") given
    WHERE "Rater".id = given."raterId" AND "Rater"."studyId" = ${studyId}::uuid`;
  await db.$executeRawUnsafe("VACUUM ANALYZE");
}
