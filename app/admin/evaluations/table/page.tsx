/** The table of a report: chosen sample sets against the same photographs, at chosen sides, by chosen metrics. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { ButtonAnchor } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import { ComparisonTableView } from "@/components/evaluations/comparison-table-view";
import { FirstStep } from "@/components/first-step";
import type { SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { SemblanceCommand } from "@/components/semblance-command";
import { Skeleton, TableSkeleton } from "@/components/skeleton";
import { listCategoriesOf, sumCategories } from "@/lib/datasets/list-categories";
import { splitWords } from "@/lib/datasets/split-choice";
import { getComparisonTable, readComparedThings } from "@/lib/evaluations/get-comparison-table";
import { listEvaluations } from "@/lib/evaluations/list-evaluations";
import { listMissingWeights } from "@/lib/evaluations/networks/list-missing-weights";
import { recipeLines } from "@/lib/evaluations/print-comparison-table";
import {
  mostTableSets,
  readTableChoice,
  type TableChoice,
  writeTableChoice,
} from "@/lib/evaluations/table-choice";
import { describeMetric, metricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { toShellWord } from "@/lib/platform/server/semblance-command";
import { listSampleSets } from "@/lib/samples/list-sample-sets";
import { orNotFound } from "../../or-not-found";
import { evaluateMissing } from "../actions";
import { TableForm } from "./table-form";

export const metadata: Metadata = { title: "Comparison table" };

/** As many as a list to choose from may have. */
const mostChoices = 200;

export default async function ComparisonTablePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const query = toQuery(await searchParams);
  const choice = readTableChoice(query);
  if (choice) await readComparedThings(choice).catch(orNotFound);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/evaluations", label: "Evaluations" }}
        title="Comparison table"
        text="Samples of several models against the same photographs, as a results table for a paper."
      />
      <Suspense
        fallback={
          <Skeleton>
            <TableSkeleton />
          </Skeleton>
        }
      >
        <Tables query={query} choice={choice} />
      </Suspense>
    </>
  );
}

async function Tables({ query, choice }: { query: URLSearchParams; choice: TableChoice | null }) {
  const { sampleSets } = await listSampleSets({ pageSize: mostChoices });
  const drawn = sampleSets.filter((set) => set.state === "SUCCEEDED");
  const { evaluations } = await listEvaluations({ pageSize: mostChoices });
  const categories = await listCategoriesOf([...new Set(drawn.map(({ dataset }) => dataset.id))]);
  const measured = new Set(evaluations.flatMap(({ scores }) => scores.map(({ metric }) => metric)));
  return (
    <>
      {drawn.some((set) => set.isDemo) ? (
        <div className="mb-5">
          <DemoNote />
        </div>
      ) : null}
      {drawn.length === 0 ? (
        <FirstStep of="samples" text="There is no finished sample set yet." />
      ) : (
        <>
          {choice ? <Table choice={choice} sets={sampleSets} /> : null}
          {choice === null && query.has("set") ? (
            <Notice kind="warning" title="This address does not describe a table.">
              Choose at most {mostTableSets} sample sets, a metric and a size below.
            </Notice>
          ) : null}
          <Section
            title={choice ? "Another table" : "What to compare"}
            text="Rows are named after the models: the number of epochs of the upsampler, and whether the base is original or fine-tuned."
          >
            <TableForm
              key={query.toString()}
              sets={drawn.map(({ id, name, drawn, drawnPx, dataset }) => ({
                id,
                name,
                drawn,
                drawnPx,
                dataset: { name: dataset.name },
              }))}
              categories={sumCategories([...categories.values()].flat())}
              choice={choice}
              suggestedMetrics={
                measured.size > 0 && !measured.has("fid")
                  ? metricNames.filter((name) => measured.has(name))
                  : ["fid"]
              }
              missing={await listMissingWeights()}
            />
          </Section>
        </>
      )}
    </>
  );
}

async function Table({ choice, sets }: { choice: TableChoice; sets: { id: string; name: string }[] }) {
  const { table, dataset, missing, underWay } = await getComparisonTable(choice, describeMetric);
  const query = writeTableChoice(choice);
  const names = choice.sets.map(({ id }) => sets.find((set) => set.id === id)?.name ?? id);
  const lacking = missing.reduce((sum, { metrics }) => sum + metrics.length, 0);
  return (
    <>
      <LiveRefresh active={underWay > 0} everyMs={3000} />
      <Section
        title={`Against ${table.real}`}
        actions={(["csv", "tex"] as const).map((format) => (
          <ButtonAnchor
            key={format}
            size="sm"
            href={`/api/evaluations/table.${format}?${query}`}
            icon={<Download className="size-4" aria-hidden="true" />}
          >
            {format === "csv" ? "CSV" : "LaTeX"}
          </ButtonAnchor>
        ))}
      >
        <div className="grid grid-cols-1 gap-4">
          {lacking > 0 ? (
            <Notice
              kind="warning"
              title={`${plural(lacking, "score has", "scores have")} not been computed yet.`}
            >
              <div className="grid justify-items-start gap-3">
                <p>Features from earlier evaluations are reused.</p>
                <ActionButton
                  label="Compute missing scores"
                  variant="primary"
                  act={evaluateMissing.bind(null, choice)}
                  done="The evaluations are waiting for a worker"
                />
              </div>
            </Notice>
          ) : null}
          {underWay > 0 ? <Notice title="Evaluations for this table are running." /> : null}
          <ComparisonTableView table={table} />
          {table.notes.length > 0 ? (
            <Notice title="Notes">
              <ul className="grid gap-1.5">
                {table.notes.map((note) => (
                  <li key={note}>{note.replaceAll("`", "")}</li>
                ))}
              </ul>
            </Notice>
          ) : null}
        </div>
      </Section>
      {recipeLines(table, describeMetric).length > 0 ? (
        <Section title="Recipes" text="One line per column if all its scores were computed in the same way.">
          <ul className="grid gap-2 text-[0.8125rem] text-muted [overflow-wrap:anywhere]">
            {recipeLines(table, describeMetric).map((line) => (
              <li key={line} className="numeric">
                {line}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title="As a command" text="It also computes missing scores.">
        <SemblanceCommand command={toCommand(choice, names, dataset.name)} />
      </Section>
    </>
  );
}

function toQuery(params: SearchParams): URLSearchParams {
  return new URLSearchParams(
    Object.entries(params).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
}

function toCommand(
  { split, captionCategories, metrics, sidesPx }: TableChoice,
  names: string[],
  real: string,
): string {
  return [
    "npx semblance table",
    ...names.map(toShellWord),
    `--real ${toShellWord(real)} --metrics ${metrics.join(",")}`,
    ...(split === null ? [] : [`--split ${splitWords[split]}`]),
    ...captionCategories.map((category) => `--category ${toShellWord(category)}`),
    `--sides ${sidesPx.map((side) => side ?? "own").join(",")} --format latex`,
  ].join(" ");
}
