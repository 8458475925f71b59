/** What metrics say of one model: its evaluations, the curve of its run, images at both ends. */
import { Gauge } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { EpochCurves } from "@/components/evaluations/epoch-curves";
import { EvaluationDetails } from "@/components/evaluations/evaluation-details";
import { address, parameter, type SearchParams } from "@/components/list-query";
import { partNames } from "@/components/model-text";
import { formatCount } from "@/components/numbers";
import { PageHeader } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Skeleton, TableSkeleton } from "@/components/skeleton";
import { TabLinks } from "@/components/tab-links";
import { type CheckpointDetail, getCheckpoint } from "@/lib/checkpoints/get-checkpoint";
import { type EvaluationSummary, listEvaluations } from "@/lib/evaluations/list-evaluations";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { orNotFound } from "../../../or-not-found";

export const metadata: Metadata = { title: "Evaluation of a model" };

/** The newest; older ones stay in the list of all evaluations. */
const mostEvaluations = 12;

export default async function ModelEvaluationPage({
  params,
  searchParams,
}: {
  params: Promise<{ checkpointId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { checkpointId } = await params;
  const query = await searchParams;
  const checkpoint = await getCheckpoint(checkpointId).catch(orNotFound);
  return (
    <>
      <PageHeader
        back={{ href: `/admin/models/${checkpointId}`, label: checkpoint.name }}
        title={`Evaluation of ${checkpoint.name}`}
        badge={<Badge tone="accent">{partNames[checkpoint.part].label}</Badge>}
      />
      <Suspense
        fallback={
          <Skeleton>
            <TableSkeleton />
          </Skeleton>
        }
      >
        <Evaluations checkpoint={checkpoint} query={query} />
      </Suspense>
    </>
  );
}

async function Evaluations({ checkpoint, query }: { checkpoint: CheckpointDetail; query: SearchParams }) {
  const checkpointId = checkpoint.id;
  const { evaluations } = await listEvaluations({ checkpointId, pageSize: 100 });
  const ended = evaluations.filter(({ state }) => state === "SUCCEEDED").slice(0, mostEvaluations);
  const waiting = evaluations.filter(({ state }) => state === "QUEUED" || state === "RUNNING").length;
  const chosen = ended.find(({ id }) => id === parameter(query, "evaluation")) ?? ended[0];
  const path = `/admin/models/${checkpointId}/evaluation`;
  const set = checkpoint.usedBy.sampleSets[0];
  return (
    <>
      {chosen ? (
        <>
          {ended.length > 1 ? (
            <TabLinks
              label="Evaluations of this model"
              current={chosen.id}
              tabs={ended.map((one) => ({
                key: one.id,
                label: title(one),
                href: address(path, { evaluation: one.id }),
              }))}
            />
          ) : null}
          <div className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
            <p className="text-sm text-muted">
              Images of{" "}
              <Link href={`/admin/samples/${chosen.sampleSet.id}`} className="prose-link">
                {chosen.sampleSet.name}
              </Link>
              , compared with the photographs of{" "}
              <Link href={`/admin/datasets/${chosen.dataset.id}`} className="prose-link">
                {chosen.dataset.name}
              </Link>
              {chosen.sidePx === null ? "" : `, both at ${chosen.sidePx} px`}.
              {waiting > 0
                ? ` ${formatCount(waiting)} more ${waiting === 1 ? "evaluation is" : "evaluations are"} running.`
                : null}
            </p>
            <ButtonLink
              size="sm"
              href={`/admin/evaluations/new?set=${chosen.sampleSet.id}`}
              icon={<Gauge className="size-4" aria-hidden="true" />}
            >
              Evaluate again
            </ButtonLink>
          </div>
          {checkpoint.fineTune ? (
            <EpochCurves
              fineTuneId={checkpoint.fineTune.id}
              runName={checkpoint.fineTune.name}
              of={{ datasetId: chosen.dataset.id, sidePx: chosen.sidePx }}
            />
          ) : null}
          <EvaluationDetails
            evaluation={chosen}
            metric={parameter(query, "metric")}
            path={path}
            query={{ evaluation: chosen.id }}
          />
        </>
      ) : (
        <EmptyState
          title="Not evaluated yet"
          text={
            waiting > 0
              ? "An evaluation is waiting or running. Its scores appear here."
              : set
                ? "Evaluate samples of this model to see their scores here."
                : "Draw samples with this model first, then compare them with photographs."
          }
          action={
            <ButtonLink
              variant="primary"
              href={
                set
                  ? `/admin/evaluations/new?set=${set.id}`
                  : `/admin/samples/new?${checkpoint.part === "BASE" ? "base" : "upsampler"}=${checkpointId}`
              }
            >
              {set ? "Evaluate samples" : "Draw samples"}
            </ButtonLink>
          }
        />
      )}
    </>
  );
}

function title({ sampleSet, sidePx }: EvaluationSummary): string {
  return `${sampleSet.name}${sidePx === null ? "" : `, ${sidePx} px`}`;
}
