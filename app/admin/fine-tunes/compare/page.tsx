/** Runs side by side: curves over one another, results and settings with their differences, previews and scores. */
import type { Metadata } from "next";
import { buttonClass } from "@/components/button-class";
import { EmptyState } from "@/components/empty-state";
import type { SearchParams } from "@/components/list-query";
import { Notice } from "@/components/notice";
import { PageHeader, Section } from "@/components/page-header";
import { ComparedPreviews } from "@/components/runs/compared-previews";
import { ComparedTable } from "@/components/runs/compared-table";
import { RunCharts } from "@/components/runs/run-charts";
import { compareRuns, mostCompared } from "@/lib/fine-tunes/comparison/compare-runs";
import { listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { orNotFound } from "../../or-not-found";

export const metadata: Metadata = { title: "Compare runs" };

/** The newest runs, which the page offers besides those chosen. */
const offered = 100;

export default async function ComparePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const { run } = await searchParams;
  const ids = [...new Set([run ?? []].flat())];
  const isComparable = ids.length >= 2 && ids.length <= mostCompared;
  const [{ fineTunes }, comparison] = await Promise.all([
    listFineTunes({ pageSize: offered }),
    isComparable ? compareRuns(ids).catch(orNotFound) : null,
  ]);
  const others = (comparison?.runs ?? []).filter(({ id }) => !fineTunes.some((one) => one.id === id));
  return (
    <>
      <PageHeader
        back={{ href: "/admin/fine-tunes", label: "Fine-tunes" }}
        title="Compare runs"
        text={<p>Curves over one another, what differs in the settings, previews and scores side by side.</p>}
      />
      <details className="mb-8" open={!isComparable}>
        <summary className="w-fit rounded-sm text-sm font-semibold">Choose runs</summary>
        <form className="mt-3 grid gap-3">
          <ul className="grid max-h-64 gap-x-6 gap-y-1.5 overflow-y-auto rounded-lg border bg-surface p-4 text-sm sm:grid-cols-2">
            {[...others, ...fineTunes].map(({ id, name }) => (
              <li key={id}>
                <label className="flex items-center gap-2.5 py-0.5">
                  <input
                    type="checkbox"
                    name="run"
                    value={id}
                    defaultChecked={ids.includes(id)}
                    className="size-4 shrink-0 accent-(--accent)"
                  />
                  <span className="[overflow-wrap:anywhere]">{name}</span>
                </label>
              </li>
            ))}
          </ul>
          <button type="submit" className={buttonClass("secondary", "md", "w-fit")}>
            Compare
          </button>
        </form>
      </details>
      {comparison ? (
        <Comparison comparison={comparison} />
      ) : ids.length > mostCompared ? (
        <Notice kind="warning" title={`At most ${mostCompared} runs can be compared at a time.`}>
          Leave some of them out.
        </Notice>
      ) : (
        <EmptyState title="Nothing to compare yet" text="Choose at least two runs." />
      )}
    </>
  );
}

function Comparison({ comparison }: { comparison: Awaited<ReturnType<typeof compareRuns>> }) {
  const { runs, settings, results, scores } = comparison;
  const drawn = runs.map(({ id, name, totalSteps, step, stride, curves }) => ({
    id,
    name,
    lastStep: Math.max(totalSteps, step),
    stride,
    curves,
  }));
  const previewed = runs.map(({ id, name, dataset, part, previews }) => ({
    id,
    name,
    language: dataset.captionLanguage,
    isBase: part === "BASE",
    previews,
  }));
  const datasets = new Set(runs.map(({ dataset }) => dataset.id));
  return (
    <>
      <Section
        title="Measured"
        text={
          datasets.size > 1
            ? "These runs learn from different datasets: their losses cannot be compared as such."
            : "Losses can be compared where the settings that weigh them are equal."
        }
      >
        {drawn.every(({ curves }) => Object.keys(curves).length === 0) ? (
          <p className="text-sm text-muted">None of these runs has measured anything yet.</p>
        ) : (
          <RunCharts runs={drawn} />
        )}
      </Section>
      <Section title="Results">
        <ComparedTable caption="Results" runs={runs} rows={results} />
      </Section>
      <Section
        title="Evaluation scores"
        text="Of each run’s last evaluated model. Scores in one row were drawn and compared alike."
      >
        {scores.length === 0 ? (
          <p className="text-sm text-muted">No model of these runs has been evaluated.</p>
        ) : (
          <ComparedTable caption="Evaluation scores" runs={runs} rows={scores} />
        )}
      </Section>
      <Section title="Previews">
        {previewed.every(({ previews }) => previews.length === 0) ? (
          <p className="text-sm text-muted">None of these runs has previews.</p>
        ) : (
          <ComparedPreviews runs={previewed} />
        )}
      </Section>
      <Section title="Settings">
        <ComparedTable caption="Settings" runs={runs} rows={settings} />
      </Section>
    </>
  );
}
