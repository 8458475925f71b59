/** Question types that were stored before their names were those of designs. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { toQuestionTypeName } from "@/lib/questions/question-types";
import { withTestDatabase } from "@/tests/database";
import { fillEarlierDatabase } from "@/tests/earlier-database";

const { db, url, dataFolder } = await withTestDatabase();
const migration = "20261129020000_question_types_as_text";

test("are found under the names of designs", async () => {
  const studyId = randomUUID();
  await fillEarlierDatabase(url, dataFolder, migration, async (client) => {
    await client.query(
      `INSERT INTO "Study" ("id", "name", "inviteToken", "ratersPerItem", "itemsPerRater", "pictureSizePx", "seed")
     VALUES ($1, 'old', 'x', 1, 1, 64, 0)`,
      [studyId],
    );
    const stored = ["PAIR", "LIKERT", "RANKING", "BEST_WORST"];
    for (const [position, questionType] of stored.entries()) {
      await client.query(
        `INSERT INTO "Criterion" ("id", "studyId", "key", "question", "questionType", "position")
       VALUES ($1, $2, $3, 'Which?', $4::"QuestionType", $5)`,
        [randomUUID(), studyId, `q${position}`, questionType, position],
      );
    }
  });

  await applyMigrations(url, "prisma/migrations");
  const criteria = await db.criterion.findMany({ where: { studyId }, orderBy: { position: "asc" } });
  expect(criteria.map(({ questionType }) => toQuestionTypeName(questionType))).toEqual([
    "pair",
    "likert",
    "ranking",
    "best-worst",
  ]);
});
