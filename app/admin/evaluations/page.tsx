/** Automatic metrics of all sample sets: the newest evaluation of each side by side, and every evaluation below. */
import { Table2 } from "lucide-react";
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { DemoLabel } from "@/components/demo-label";
import { IntervalPlot } from "@/components/leaderboard/interval-plot";
import { column, listPage, whileWorking } from "@/components/list-page";
import { formatMeasure } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import {
  type EvaluationSummary,
  evaluationSortKeys,
  listEvaluations,
  missingScores,
} from "@/lib/evaluations/list-evaluations";
import { partKey, partToText } from "@/lib/evaluations/scored-part";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Evaluations" };

/** Sample sets beside each other in the plots. */
const mostCompared = 12;

const path = "/admin/evaluations";

export default listPage<EvaluationSummary, (typeof evaluationSortKeys)[number]>(staff, {
  path,
  title: "Evaluations",
  text: "Samples compared with their captions and with photographs by automatic metrics, each score with its interval, number of images and recipe.",
  noun: ["evaluation", "evaluations"],
  sortKeys: evaluationSortKeys,
  load: async (query) => {
    const { evaluations, total } = await listEvaluations(query);
    return { rows: evaluations, total };
  },
  refreshMs: whileWorking,
  actions: (isEmpty) =>
    isEmpty ? null : (
      <ButtonLink href={`${path}/table`} icon={<Table2 className="size-4" aria-hidden="true" />}>
        Comparison table
      </ButtonLink>
    ),
  create: "Evaluate samples",
  empty: {
    title: "Nothing evaluated yet",
    text: "Draw or import a sample set. CLIPScore then measures how close its images are to their captions, and FID and KID how close they are to photographs.",
  },
  above: <Comparisons />,
  tableTitle: "All evaluations",
  columns: [
    {
      key: "sampleSet",
      header: "Samples",
      sortable: true,
      cell: (one) => (
        <>
          <Link href={`${path}/${one.id}`} className="font-semibold hover:underline">
            {one.sampleSet.name}
          </Link>
          <DemoLabel of={one.sampleSet} />
          <span className="block text-[0.8125rem] text-muted">
            against {partToText(one, one.dataset.name)}
            {one.sidePx === null ? "" : `, at ${one.sidePx} px`}
          </span>
        </>
      ),
    },
    column.state((one) => ({ state: one.state, missing: missingScores(one.scores) })),
    {
      key: "scores",
      header: "Scores",
      from: "sm",
      cell: (one) => (
        <ul className="numeric flex flex-wrap gap-x-5 gap-y-1">
          {one.scores.map((score) => (
            <li key={score.metric}>
              <span className="text-muted">{describeMetric(score.metric).label}</span>{" "}
              {score.value === null ? "—" : formatMeasure(score.value, 3)}
            </li>
          ))}
        </ul>
      ),
    },
    column.created("Requested"),
  ],
});

/** For each set of real photographs and each metric: the newest value of every sample set that was compared with them. */
async function Comparisons() {
  const { evaluations } = await listEvaluations({ pageSize: 100 });
  const done = evaluations.filter((one) => one.state === "SUCCEEDED");
  const keyOf = (one: EvaluationSummary) => `${one.dataset.id} ${partKey(one)}`;
  const groups = new Map(done.map((one) => [keyOf(one), `Against ${partToText(one, one.dataset.name)}`]));
  return [...groups].map(([group, title]) => {
    const plots = toPlots(done.filter((one) => keyOf(one) === group));
    if (plots.length === 0) return null;
    return (
      <Section key={group} title={title}>
        <div className="grid gap-4 xl:grid-cols-2">
          {plots.map(({ key, metric, sidePx, intervals }) => {
            const { label, better } = describeMetric(metric);
            return (
              <IntervalPlot
                key={key}
                label={`${label}${sidePx === null ? "" : ` at ${sidePx} px`}, with 95% intervals; ${better} is better`}
                intervals={intervals}
                format={(value) => formatMeasure(value, 3)}
              />
            );
          })}
        </div>
      </Section>
    );
  });
}

function toPlots(evaluations: EvaluationSummary[]) {
  const values = new Map<string, Map<string, { name: string; value: number; low: number; high: number }>>();
  // Newest first: a later entry of the same sample set is an older one.
  for (const { sampleSet, scores, sidePx } of evaluations) {
    for (const { metric, value, low, high } of scores) {
      if (value === null) continue;
      const key = JSON.stringify([metric, sidePx]);
      const sets = values.get(key) ?? new Map();
      if (!sets.has(sampleSet.id) && sets.size < mostCompared) {
        sets.set(sampleSet.id, { name: sampleSet.name, value, low: low ?? value, high: high ?? value });
      }
      values.set(key, sets);
    }
  }
  return [...values].map(([key, sets]) => {
    const [metric, sidePx] = JSON.parse(key) as [string, number | null];
    const { better } = describeMetric(metric);
    const intervals = [...sets.values()].sort((a, b) =>
      better === "lower" ? a.value - b.value : b.value - a.value,
    );
    return { key, metric, sidePx, intervals };
  });
}
