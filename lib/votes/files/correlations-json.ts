/** How far metrics agree with people's mean scores, as a file for programs. */
import type { ScoreCorrelations } from "../metrics/score-correlations";

/** A question's correlations; null where its answers are no scores, or there are no metrics. */
export type QuestionCorrelations = {
  readonly criterion: string;
  readonly correlations: ScoreCorrelations | null;
};

/** A JSON array with an object per question that has correlations; ends with a line break. */
export function correlationsToJson(questions: readonly QuestionCorrelations[], studyId: string): string {
  const published = questions.flatMap(({ criterion, correlations: found }) =>
    found === null
      ? []
      : [
          {
            study_id: studyId,
            criterion,
            file: found.fileName,
            items: found.items,
            captions: found.captions,
            correlation: Object.fromEntries(
              found.correlations.map(({ metric, spearman, kendall }) => [metric, { spearman, kendall }]),
            ),
            differences: found.differences,
            notes: found.notes,
          },
        ],
  );
  return `${JSON.stringify(published, null, 2)}\n`;
}
