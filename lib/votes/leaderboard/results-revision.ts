/** By what a study's results are recognised as still the same. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";

/**
 * A text that changes with anything that a leaderboard shows: the design and the study's state, answers and their
 * revisions, raters who are excluded or let in again, evaluations of the arms, a table of metrics. The first look at results is part of the
 * study's row and changes none of them. Answers are recognised by their raters' rows, which count them: nothing here reads a
 * row per answer.
 *
 * @throws SemblanceError `not_found`
 */
export async function resultsRevision(studyId: string): Promise<string> {
  const [row] = await db.$queryRaw<{ revision: string }[]>`
    SELECT concat_ws(' ', md5((to_jsonb(study) - 'firstLookAt' - 'firstLookAnswers')::text),
      (SELECT xmin FROM "StudyMetrics" WHERE "studyId" = study.id),
      (SELECT md5(string_agg(concat_ws(' ', arm.id, arm.xmin), ',' ORDER BY arm.id)) FROM "Arm" arm
       WHERE arm."studyId" = study.id),
      (SELECT md5(string_agg(concat_ws(' ', c.id, c.xmin), ',' ORDER BY c.id)) FROM "Criterion" c
       WHERE c."studyId" = study.id),
      (SELECT md5(string_agg(concat_ws(' ', person.id, person.xmin), ',' ORDER BY person.id)) FROM "Rater" person
       WHERE person."studyId" = study.id),
      (SELECT md5(string_agg(concat_ws(' ', evaluation.id, evaluation.xmin), ',' ORDER BY evaluation.id))
       FROM "Arm" arm JOIN "Evaluation" evaluation ON evaluation."sampleSetId" = arm."sampleSetId"
       WHERE arm."studyId" = study.id)) AS revision
    FROM "Study" study WHERE study.id = ${studyId}::uuid`;
  if (!row) throw new SemblanceError("not_found", "There is no such study.");
  return row.revision;
}
