/** What a result hangs on, as a file for programs. */
import type { SensitivityRow } from "@/lib/statistics/answer-model";
import type { Sensitivity } from "@/lib/statistics/sensitivity";

/** A question's sensitivity; null where its answers compare no two arms. */
export type QuestionSensitivity = { readonly criterion: string; readonly sensitivity: Sensitivity | null };

/** A JSON array with an object per question that compares arms; ends with a line break. */
export function sensitivityToJson(questions: readonly QuestionSensitivity[], studyId: string): string {
  const published = questions.flatMap(({ criterion, sensitivity }) =>
    sensitivity === null
      ? []
      : [
          {
            study_id: studyId,
            criterion,
            first: sensitivity.pair[0],
            second: sensitivity.pair[1],
            is_primary: sensitivity.isPrimary,
            comparisons: sensitivity.comparisons,
            shown: publishRow(sensitivity.shown),
            choices: sensitivity.rows.map(publishRow),
            acceptability: sensitivity.acceptability.map(({ arm, votes, least, most, low, high }) => ({
              arm,
              votes,
              fits_least: least,
              fits_most: most,
              fits_q025: low,
              fits_q975: high,
            })),
          },
        ],
  );
  return `${JSON.stringify(published, null, 2)}\n`;
}

/** One sentence per question that compares arms: which other choices change its decision. @param json as `sensitivityToJson` writes it */
export function sensitivityNotes(json: string): string[] {
  const questions = JSON.parse(json) as {
    criterion: string;
    first: string;
    second: string;
    choices: ReturnType<typeof publishRow>[];
  }[];
  return questions.map(({ criterion, first, second, choices }) => {
    const changes = choices.filter((row) => row.changes_decision).map(({ description }) => description);
    return `${criterion}, ${first} minus ${second}: ${changes.length === 0 ? "no alternative choice changes the decision" : `the decision changes with: ${changes.join("; ")}`}.`;
  });
}

function publishRow(row: SensitivityRow) {
  return {
    choice: row.choice,
    description: row.description,
    unit: row.unit,
    difference: row.estimate,
    difference_q025: row.low,
    difference_q975: row.high,
    win_rate: row.winRate,
    ahead: row.ahead,
    changes_decision: row.changes,
    answers: row.answers,
    raters: row.raters,
    without_rater: row.without,
  };
}
