/** One evaluation: scores with intervals, what to know about them, and how each was computed. */
import { Images, RotateCcw, Square, Trash2 } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ActionButton } from "@/components/action-button";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { type Column, DataTable } from "@/components/data-table";
import { DescriptionList } from "@/components/description-list";
import { LiveRefresh } from "@/components/live-refresh";
import { metricText } from "@/components/metric-text";
import { Notice } from "@/components/notice";
import { formatCount, formatMeasure } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { ScoreNotes } from "@/components/score-notes";
import { requireRole } from "@/lib/accounts/require-role";
import { staff } from "@/lib/accounts/roles";
import { getEvaluation } from "@/lib/evaluations/get-evaluation";
import type { MetricScore } from "@/lib/evaluations/list-evaluations";
import { orNotFound } from "../../or-not-found";
import { cancel, remove, retry } from "../actions";

export const metadata: Metadata = { title: "Evaluation" };

export default async function EvaluationPage({ params }: { params: Promise<{ evaluationId: string }> }) {
  await requireRole(...staff);
  const { evaluationId } = await params;
  const evaluation = await getEvaluation(evaluationId).catch(orNotFound);
  const moving = evaluation.state === "QUEUED" || evaluation.state === "RUNNING";
  const stopped = evaluation.state === "FAILED" || evaluation.state === "CANCELLED";
  const incomplete = evaluation.scores.some((score) => score.value === null);
  return (
    <>
      <LiveRefresh active={moving} everyMs={2000} />
      <PageHeader
        back={{ href: "/admin/evaluations", label: "Evaluations" }}
        title={evaluation.sampleSet.name}
        badge={<StateBadge state={evaluation.state} />}
        text={
          <p>
            Held against the photographs of{" "}
            <Link href={`/admin/datasets/${evaluation.dataset.id}`} className="prose-link">
              {evaluation.dataset.name}
            </Link>
          </p>
        }
        actions={
          <>
            <ButtonLink
              href={`/admin/samples/${evaluation.sampleSet.id}`}
              icon={<Images className="size-4" aria-hidden="true" />}
            >
              See the pictures
            </ButtonLink>
            {moving ? (
              <ActionButton
                label="Cancel"
                icon={<Square className="size-4" aria-hidden="true" />}
                act={cancel.bind(null, { evaluationId })}
                done="Cancelled"
              />
            ) : null}
            {stopped ? (
              <ActionButton
                label="Try again"
                variant="primary"
                icon={<RotateCcw className="size-4" aria-hidden="true" />}
                act={retry.bind(null, { evaluationId })}
                done="It is waiting for a worker"
              />
            ) : null}
            {incomplete ? (
              <ButtonLink
                href={`/admin/evaluations/new?set=${evaluation.sampleSet.id}`}
                icon={<RotateCcw className="size-4" aria-hidden="true" />}
              >
                Evaluate again
              </ButtonLink>
            ) : null}
            {moving ? null : (
              <ActionButton
                label="Delete"
                icon={<Trash2 className="size-4" aria-hidden="true" />}
                act={remove.bind(null, { evaluationId })}
                done="The evaluation has been deleted"
                goTo="/admin/evaluations"
                confirm={{
                  title: "Delete this evaluation?",
                  text: "Its scores are removed; the pictures stay and can be evaluated again.",
                }}
              />
            )}
          </>
        }
      />
      {evaluation.error ? (
        <div className="mb-6">
          <Notice kind="error" title={evaluation.error} />
        </div>
      ) : null}
      {moving ? (
        <Panel className="mb-8">
          <ProgressBar
            value={evaluation.state === "QUEUED" ? 0 : null}
            label="Evaluation"
            text={
              evaluation.state === "QUEUED"
                ? "Waiting for a worker"
                : "Extracting features and computing scores"
            }
          />
        </Panel>
      ) : null}
      {evaluation.scores.length > 0 ? (
        <>
          <Section title="Scores">
            <div className="grid grid-cols-1 gap-4">
              <DataTable
                caption="Scores"
                columns={columns}
                rows={evaluation.scores}
                rowKey={(score) => score.metric}
              />
              <ScoreNotes scores={evaluation.scores} />
            </div>
          </Section>
          <Section title="Recipes" text="What makes a figure comparable: network, resizing, statistic.">
            <div className="grid items-start gap-4 xl:grid-cols-2">
              {evaluation.scores
                .filter((score) => Object.keys(score.recipe).length > 0)
                .map((score) => (
                  <Panel key={score.metric} className="py-3 sm:py-4">
                    <h3 className="mb-1 font-semibold">{metricText(score.metric).label}</h3>
                    <DescriptionList
                      items={Object.entries(score.recipe).map(([name, value]) => ({
                        name,
                        value: typeof value === "object" ? JSON.stringify(value) : String(value),
                      }))}
                    />
                  </Panel>
                ))}
            </div>
          </Section>
        </>
      ) : null}
    </>
  );
}

const columns: Column<MetricScore>[] = [
  {
    key: "metric",
    header: "Metric",
    cell: (score) => {
      const { label, better } = metricText(score.metric);
      return (
        <>
          <span className="font-semibold">{label}</span>
          <span className="block text-[0.8125rem] text-muted">{better} is better</span>
        </>
      );
    },
  },
  {
    key: "value",
    header: "Score",
    numeric: true,
    cell: (score) => (score.value === null ? "—" : formatMeasure(score.value)),
  },
  {
    key: "interval",
    header: "95% interval",
    numeric: true,
    cell: (score) =>
      score.low === null || score.high === null
        ? "—"
        : `${formatMeasure(score.low, 3)} to ${formatMeasure(score.high, 3)}`,
  },
  {
    key: "n",
    header: "Photographs / samples",
    numeric: true,
    cell: (score) => `${formatCount(score.realCount)} / ${formatCount(score.generatedCount)}`,
  },
];
