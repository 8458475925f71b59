/** One evaluation: scores with intervals, what to know about them, images at both ends, and how each was computed. */
import { Images, RotateCcw } from "lucide-react";
import type { Metadata } from "next";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import { EvaluationDetails } from "@/components/evaluations/evaluation-details";
import { parameter, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { getEvaluation } from "@/lib/evaluations/get-evaluation";
import { missingScores } from "@/lib/evaluations/list-evaluations";
import { isWhole, photographWords } from "@/lib/evaluations/scored-part";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { CancelButton, DeleteButton, RetryButton } from "../../entities/entity-buttons";
import { orNotFound } from "../../or-not-found";

export const metadata: Metadata = { title: "Evaluation" };

export default async function EvaluationPage({
  params,
  searchParams,
}: {
  params: Promise<{ evaluationId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { evaluationId } = await params;
  const evaluation = await getEvaluation(evaluationId).catch(orNotFound);
  const moving = evaluation.state === "QUEUED" || evaluation.state === "RUNNING";
  const stopped = evaluation.state === "FAILED" || evaluation.state === "CANCELLED";
  // Weights may have been installed since, and the set may have grown.
  const incomplete = evaluation.scores.some(
    ({ value, generatedCount }) =>
      value === null || (isWhole(evaluation) && generatedCount < evaluation.sampleSet.requested),
  );
  return (
    <>
      <LiveRefresh active={moving} everyMs={2000} />
      <PageHeader
        back={{ href: "/admin/evaluations", label: "Evaluations" }}
        title={evaluation.sampleSet.name}
        badge={
          <>
            <StateBadge state={evaluation.state} missing={missingScores(evaluation.scores)} />
            {evaluation.sampleSet.isDemo ? <DemoNote /> : null}
          </>
        }
        text={
          <p>
            Compared with the {photographWords(evaluation)} of{" "}
            <Link href={`/admin/datasets/${evaluation.dataset.id}`} className="prose-link">
              {evaluation.dataset.name}
            </Link>
            {evaluation.sidePx === null ? "" : `, both at ${evaluation.sidePx} px`}
          </p>
        }
        action={
          moving ? (
            <CancelButton of={{ kind: "evaluation", id: evaluationId }} />
          ) : stopped ? (
            <RetryButton of={{ kind: "evaluation", id: evaluationId }} label="Try again" />
          ) : incomplete ? (
            <ButtonLink
              href={`/admin/evaluations/new?set=${evaluation.sampleSet.id}`}
              variant="primary"
              icon={<RotateCcw className="size-4" aria-hidden="true" />}
            >
              Evaluate again
            </ButtonLink>
          ) : null
        }
        others={
          <>
            <ButtonLink
              href={`/admin/samples/${evaluation.sampleSet.id}`}
              icon={<Images className="size-4" aria-hidden="true" />}
            >
              Show samples
            </ButtonLink>
            {moving ? null : (
              <DeleteButton
                of={{ kind: "evaluation", id: evaluationId }}
                text="Its scores are removed. The samples stay and can be evaluated again."
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
        <EvaluationDetails
          evaluation={evaluation}
          metric={parameter(await searchParams, "metric")}
          path={`/admin/evaluations/${evaluationId}`}
        />
      ) : null}
    </>
  );
}
