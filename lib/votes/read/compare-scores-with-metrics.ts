/** People's mean score of every item beside what metrics give it. */
import { SemblanceError } from "@/lib/errors";
import type { LikertAnswer } from "@/lib/questions/likert/statistics";
import { type MetricCorrelations, metricCorrelations } from "@/lib/statistics/metric-correlations";
import { counted } from "@/lib/text/counted";
import { type MetricTable, metricKey } from "./metric-table";

const coverage = 0.95;

export type ScoresAgainstMetrics = MetricCorrelations & {
  readonly items: number;
  readonly captions: number;
  readonly notes: readonly string[];
};

/**
 * @param answers of one question, at least one
 * @throws SemblanceError `invalid_file` where the table misses items, or an item is of several captions
 */
export function compareScoresWithMetrics(
  answers: readonly LikertAnswer[],
  table: MetricTable,
): ScoresAgainstMetrics {
  const items = assertItemsHaveMetrics(answers, table);
  const judged = [...items];
  const captions = new Map<string, number>();
  for (const [, { caption }] of judged) if (!captions.has(caption)) captions.set(caption, captions.size);
  const of = (places: readonly number[]): MetricCorrelations => {
    // A metric without a value for an item says nothing of it.
    const own = judged.filter(([key]) => places.every((at) => !Number.isNaN(table.values.get(key)![at]!)));
    return metricCorrelations(
      {
        caption: Int32Array.from(own, ([, { caption }]) => captions.get(caption)!),
        captionCount: captions.size,
        people: Float64Array.from(own, ([, { sum, count }]) => sum / count),
        metrics: new Map(
          places.map((at) => [
            table.metrics[at]!,
            Float64Array.from(own, ([key]) => table.values.get(key)![at]!),
          ]),
        ),
      },
      coverage,
    );
  };
  const lacking = table.metrics.map(
    (_, at) => judged.filter(([key]) => Number.isNaN(table.values.get(key)![at]!)).length,
  );
  const correlations = lacking.some((count) => count > 0)
    ? correlatePairwise(table.metrics, of)
    : of([...table.metrics.keys()]);
  const unjudged = table.values.size - items.size;
  const isPooled = table.modelColumn === null && judged.some(([, { arms }]) => arms.size > 1);
  return {
    ...correlations,
    items: items.size,
    captions: captions.size,
    notes: [
      ...table.notes,
      ...(unjudged > 0
        ? [
            `${counted(unjudged, "row", "rows")} of ${table.fileName} ${unjudged === 1 ? "is" : "are"} of items without scores and left out.`,
          ]
        : []),
      ...lacking.flatMap((count, at) =>
        count === 0
          ? []
          : [
              `${table.metrics[at]} has no value for ${counted(count, "item", "items")}, which ${count === 1 ? "is" : "are"} left out of its correlations.`,
            ],
      ),
      ...(isPooled
        ? [
            `${table.fileName} has one value for each item, so people's mean of an item is over all its models. A column model after ${table.itemColumn} compares each model's image.`,
          ]
        : []),
    ],
  };
}

type ScoredItem = { name: string; caption: string; sum: number; count: number; arms: Set<string> };

/**
 * @returns people's scores by item, as the table's keys name them
 * @throws SemblanceError `invalid_file` where the table misses items, or an item is of several captions
 */
export function assertItemsHaveMetrics(
  answers: readonly LikertAnswer[],
  table: MetricTable,
): ReadonlyMap<string, ScoredItem> {
  const items = new Map<string, ScoredItem>();
  for (const { item, caption, shown, score } of answers) {
    const [arm] = shown as [string];
    const key = metricKey(item ?? caption, table.modelColumn === null ? null : arm);
    const own = items.get(key) ?? { name: item ?? caption, caption, sum: 0, count: 0, arms: new Set() };
    items.set(key, own);
    if (own.caption !== caption) throw severalCaptions(own.name, table);
    own.sum += score;
    own.count++;
    own.arms.add(arm);
  }
  assertAllThere(items, table);
  return items;
}

/** Each metric over the items that it has, each difference over those that both have. */
function correlatePairwise(
  metrics: readonly string[],
  of: (places: readonly number[]) => MetricCorrelations,
): MetricCorrelations {
  const places = [...metrics.keys()];
  return {
    correlation: new Map(places.flatMap((at) => [...of([at]).correlation])),
    differences: places.flatMap((first) =>
      places.slice(first + 1).flatMap((second) => of([first, second]).differences),
    ),
  };
}

const namedItems = 10;

function assertAllThere(
  items: ReadonlyMap<string, { name: string; arms: ReadonlySet<string> }>,
  { values, modelColumn, fileName, itemColumn }: MetricTable,
): void {
  const missing = [...items].filter(([key]) => !values.has(key));
  if (missing.length === 0) return;
  const listed = missing
    .slice(0, namedItems)
    .map(([, { name, arms }]) => `“${name}”${modelColumn === null ? "" : ` of ${[...arms][0]}`}`);
  const more = missing.length > namedItems ? ` and ${missing.length - namedItems} more` : "";
  throw new SemblanceError(
    "invalid_file",
    `${fileName} has no row for ${missing.length} of ${counted(items.size, "item", "items")}: ${listed.join(", ")}${more}.`,
    {
      remedy: `Add rows for them. The column ${itemColumn} must hold what the scores' file calls the item (--columns item=NAME says which column that is).`,
    },
  );
}

function severalCaptions(item: string, { fileName }: MetricTable): SemblanceError {
  return new SemblanceError("invalid_file", `The item “${item}” has scores for several captions.`, {
    remedy: `Give each image an item of its own, in the file of scores and in ${fileName}.`,
  });
}
