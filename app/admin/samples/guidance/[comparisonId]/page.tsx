/** One comparison of guidances: a table of scores, what they trade against each other, and the samples side by side. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { StateBadge } from "@/components/badge";
import { ButtonAnchor } from "@/components/button";
import { type Column, DataTable } from "@/components/data-table";
import { DemoNote } from "@/components/demo-label";
import { EmptyState } from "@/components/empty-state";
import { intervalText } from "@/components/evaluations/score-table";
import { TradeOffChart } from "@/components/evaluations/trade-off-chart";
import { readPage, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatMeasure, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Pagination } from "@/components/pagination";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { ScoreNotes } from "@/components/score-notes";
import { Skeleton } from "@/components/skeleton";
import { listMissingWeights } from "@/lib/evaluations/networks/list-missing-weights";
import { describeMetric, type MetricName } from "@/lib/metrics/catalogue/metric-catalogue";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { getSampleGrid } from "@/lib/samples/get-sample-grid";
import { type GuidanceMetricRole, guidanceMetrics } from "@/lib/samples/guidance/compare-guidance-fields";
import {
  type ComparedGuidance,
  type GuidanceComparison,
  getGuidanceComparison,
} from "@/lib/samples/guidance/get-guidance-comparison";
import { DeleteButton } from "../../../entities/entity-buttons";
import { orNotFound } from "../../../or-not-found";
import { SampleGridSkeleton, SampleGridTable } from "../../[sampleSetId]/sample-grid-table";
import { cancelComparison, continueComparison } from "../../actions";
import { guidanceTitles, toTradeOffPoints } from "./trade-off-points";

export const metadata: Metadata = { title: "Guidance comparison" };

const pageSize = 8;
const roles = Object.keys(guidanceMetrics) as GuidanceMetricRole[];

export default async function GuidanceComparisonPage({
  params,
  searchParams,
}: {
  params: Promise<{ comparisonId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { comparisonId } = await params;
  const comparison = await getGuidanceComparison(comparisonId).catch(orNotFound);
  const { name, state, progress, settings } = comparison;
  const moving = state === "RUNNING" || state === "QUEUED";
  const first = settings[0]?.set;
  const lacks = settings.some((setting) => lacksScore(setting));
  return (
    <>
      <LiveRefresh active={moving} everyMs={3000} />
      <PageHeader
        back={{ href: "/admin/samples/guidance", label: "Guidance comparisons" }}
        title={name}
        badge={
          <>
            <StateBadge state={state} />
            {comparison.isDemo ? <DemoNote /> : null}
          </>
        }
        text={
          first?.baseCheckpoint ? (
            <p>
              <Link href={`/admin/datasets/${first.dataset.id}`} className="prose-link">
                {first.dataset.name}
              </Link>
              , the same seeds, by{" "}
              <Link href={`/admin/models/${first.baseCheckpoint.id}`} className="prose-link">
                {first.baseCheckpoint.name}
              </Link>{" "}
              in {plural(settings.length, "setting", "settings")}.
            </p>
          ) : undefined
        }
        action={
          moving ? (
            <ActionButton
              label="Cancel"
              act={cancelComparison.bind(null, { guidanceComparisonId: comparisonId })}
              done="Cancelled; finished samples and scores are kept"
            />
          ) : state !== "SUCCEEDED" || lacks ? (
            <ActionButton
              label={state === "SUCCEEDED" ? "Compute missing scores" : "Continue"}
              variant="primary"
              act={continueComparison.bind(null, { guidanceComparisonId: comparisonId })}
              done="It is waiting for a worker"
            />
          ) : null
        }
        others={
          moving ? null : (
            <DeleteButton
              of={{ kind: "guidance-comparison", id: comparisonId }}
              name={name}
              text="Its sample sets and their evaluations are deleted too, except those that a study compares."
            />
          )
        }
      />
      {moving ? (
        <Panel className="mb-8">
          <ProgressBar value={progress} label="Drawing and scoring" text={progressText(comparison)} />
        </Panel>
      ) : null}
      {settings.flatMap(({ words, error }) =>
        error === null
          ? []
          : [
              <div key={words} className="mb-5">
                <Notice kind="error" title={`${words}: ${error}`}>
                  Finished samples are kept. Fix the cause and continue.
                </Notice>
              </div>,
            ],
      )}
      {settings.length === 0 ? (
        <EmptyState title="Nothing left to compare" text="The sample sets of this comparison were deleted." />
      ) : (
        <>
          <Scores comparison={comparison} />
          <Suspense
            fallback={
              <Skeleton>
                <Section title="Side by side">
                  <SampleGridSkeleton columns={1 + settings.length} rows={pageSize} />
                </Section>
              </Skeleton>
            }
          >
            <SideBySide comparison={comparison} page={readPage(await searchParams)} />
          </Suspense>
        </>
      )}
    </>
  );
}

async function Scores({ comparison }: { comparison: GuidanceComparison }) {
  const { id, metrics, settings } = comparison;
  const missing = await listMissingWeights();
  const columns: Column<ComparedGuidance>[] = [
    {
      key: "setting",
      header: "Guidance",
      cell: ({ words, set }) => (
        <Link href={`/admin/samples/${set.id}`} className="font-semibold hover:underline">
          {words}
        </Link>
      ),
    },
    ...roles.map((role) => ({
      key: role,
      header: `${guidanceMetrics[role].label}: ${describeMetric(metrics[role]).label} (${describeMetric(metrics[role]).better} is better)`,
      numeric: true,
      cell: (setting: ComparedGuidance) => (
        <ScoreCell setting={setting} role={role} missing={missing[metrics[role] as MetricName]} />
      ),
    })),
    {
      key: "state",
      header: "State",
      from: "sm" as const,
      cell: ({ state, set }) =>
        state === "RUNNING" && set.state !== "SUCCEEDED" ? (
          <span className="numeric whitespace-nowrap text-muted">
            {set.drawn} of {set.requested} drawn
          </span>
        ) : state === "RUNNING" ? (
          <span className="text-muted">Being scored</span>
        ) : (
          <StateBadge state={state} />
        ),
    },
  ];
  const axis = (role: GuidanceMetricRole) => describeMetric(metrics[role]);
  return (
    <>
      <Section
        title="Scores"
        text="Each with its 95% interval over captions."
        actions={
          <ButtonAnchor
            size="sm"
            href={`/api/samples/guidance/${id}/scores.csv`}
            icon={<Download className="size-4" aria-hidden="true" />}
          >
            CSV
          </ButtonAnchor>
        }
      >
        <DataTable
          caption="Scores by guidance"
          columns={columns}
          rows={settings}
          rowKey={({ set }) => set.id}
        />
        <Remarks settings={settings} />
      </Section>
      <Section
        title="Trade-off"
        text={`Numbers next to the points are scales: ${guidanceTitles.both.toLowerCase()} is written as classifier-free + CLIP.`}
      >
        <TradeOffs
          charts={(["fidelity", "diversity"] as const).map((role) => ({
            key: role,
            x: axis("captionMatch"),
            y: axis(role),
            points: toTradeOffPoints(settings, role),
          }))}
        />
      </Section>
    </>
  );
}

function TradeOffs({ charts }: { charts: ({ key: string } & Parameters<typeof TradeOffChart>[0])[] }) {
  const shown = charts.filter(({ points }) => points.length >= 2);
  if (shown.length === 0) {
    return <p className="text-sm text-muted">The charts need the scores of at least two settings.</p>;
  }
  return (
    <div className="grid grid-cols-1 gap-5 lg:grid-cols-2">
      {shown.map(({ key, ...chart }) => (
        <TradeOffChart key={key} {...chart} />
      ))}
    </div>
  );
}

function ScoreCell({
  setting,
  role,
  missing,
}: {
  setting: ComparedGuidance;
  role: GuidanceMetricRole;
  /** The network that is not installed. */
  missing: string | undefined;
}) {
  const score = setting.scores[role];
  if (score !== null && score.value !== null) {
    return (
      <>
        <span className="block">{formatMeasure(score.value)}</span>
        <span className="block text-[0.8125rem] text-muted">{intervalText(score)}</span>
      </>
    );
  }
  if (missing !== undefined) return <span className="text-muted">{missing} is not installed</span>;
  return score === null ? "—" : <span className="text-muted">none, see below</span>;
}

/** What the scores' computation remarked. */
function Remarks({ settings }: { settings: ComparedGuidance[] }) {
  const scores = settings
    .flatMap((setting) => Object.values(setting.scores))
    .filter((score) => score !== null);
  if (scores.every(({ warnings, remedy }) => warnings.length === 0 && remedy === null)) return null;
  return (
    <div className="mt-3">
      <ScoreNotes scores={scores} />
    </div>
  );
}

async function SideBySide({
  comparison: { id, settings },
  page,
}: {
  comparison: GuidanceComparison;
  page: number;
}) {
  const grid = await getSampleGrid(
    settings.map(({ set }) => set.id),
    { page, pageSize },
  );
  const named = grid.sets.map((set, at) => ({ ...set, name: settings[at]!.words }));
  return (
    <Section
      title="Side by side"
      text="The same captions and seeds in every column. Click an image to enlarge it."
    >
      <SampleGridTable grid={{ ...grid, sets: named }} />
      <Pagination
        page={page}
        pageSize={pageSize}
        total={grid.total}
        path={`/admin/samples/guidance/${id}`}
        query={{}}
        noun={["caption", "captions"]}
      />
    </Section>
  );
}

function lacksScore({ scores }: ComparedGuidance): boolean {
  return Object.values(scores).some((score) => score === null || score.value === null);
}

function progressText({ settings }: GuidanceComparison): string {
  const drawn = settings.reduce((sum, { set }) => sum + set.drawn, 0);
  const all = settings.reduce((sum, { set }) => sum + set.requested, 0);
  const scored = settings.filter(({ evaluation }) => evaluation?.state === "SUCCEEDED").length;
  return `${drawn} of ${plural(all, "image", "images")} drawn, ${scored} of ${plural(settings.length, "setting", "settings")} scored`;
}
