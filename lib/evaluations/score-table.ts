/** The scores of a model or an adapter as a table in Markdown, for its card. */
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { markdownTable } from "@/lib/text/markdown-table";
import { listEvaluations } from "./list-evaluations";
import { recipeValue, recipeWords } from "./recipe-words";
import { partToText } from "./scored-part";

/** The newest; a model has a handful. */
const mostEvaluations = 200;

/** @param drawnWith a model, or an adapter, that the scored samples were drawn with */
export async function scoreTable(
  drawnWith: { checkpointId: string } | { adapterId: string },
): Promise<string> {
  const { evaluations } = await listEvaluations({ ...drawnWith, pageSize: mostEvaluations });
  const rows = evaluations.flatMap(({ sampleSet, dataset, split, captionCategories, sidePx, scores }) =>
    scores.flatMap(({ metric, value, low, high, realCount, generatedCount, recipe, warnings }) =>
      value === null
        ? []
        : [
            [
              describeMetric(metric).label,
              number(value),
              low === null || high === null ? "" : `${number(low)} to ${number(high)}`,
              sampleSet.name,
              partToText({ split, captionCategories }, dataset.name),
              sidePx === null ? "as they are" : `${sidePx} px`,
              String(generatedCount),
              String(realCount),
              [
                ...Object.entries(recipe).map(
                  ([name, entry]) => `${recipeWords(name)}: ${recipeValue(entry)}`,
                ),
                ...warnings.map((warning) => `warning: ${warning}`),
              ].join("; "),
            ],
          ],
    ),
  );
  if (rows.length === 0) return "It has not been evaluated.";
  return markdownTable(
    [
      "metric",
      "score",
      "95% interval",
      "samples",
      "compared with",
      "size",
      "generated",
      "real",
      "computed with",
    ],
    rows,
  );
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}
