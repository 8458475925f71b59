/** Sets a fine-tune up. `dataset`, `start` and `from` (a run whose settings are taken over), `trial` (of a run that was not started) or `suggested` (by the demo) in the address fill it in. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { FirstStep } from "@/components/first-step";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { FormSkeleton } from "@/components/skeleton";
import { getTrialledRun } from "@/jobs/estimate-run/get-trial";
import { listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { scratchSidePx, sharedSidePx } from "@/lib/checkpoints/matching-upsamplers";
import { getSuggestedFineTune } from "@/lib/dashboard/suggested-fine-tune";
import { listAttributes } from "@/lib/datasets/audit/dataset-word-lists";
import { heldOutDatasets } from "@/lib/datasets/held-out-datasets";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { suggestCaptions } from "@/lib/datasets/suggest-captions";
import { listMissingWeights } from "@/lib/evaluations/networks/list-missing-weights";
import { type FineTuneOutline, getFineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { semblanceCommand } from "@/lib/platform/server/semblance-command";
import { orNotFound } from "../../or-not-found";
import { FineTuneForm } from "./fine-tune-form";

export const metadata: Metadata = { title: "Start a fine-tune" };

/** As many as a list to choose from may have. */
const mostChoices = 500;

export default async function NewFineTunePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const params = await searchParams;
  const from = parameter(params, "from");
  const trial = parameter(params, "trial");
  const [earlier, tried, suggested] = await Promise.all([
    from ? getFineTuneOutline(from).catch(orNotFound) : null,
    trial && /^[0-9a-f-]{36}$/.test(trial) ? getTrialledRun(trial).catch(orNotFound) : null,
    parameter(params, "suggested") ? getSuggestedFineTune() : null,
  ]);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/fine-tunes", label: "Fine-tunes" }}
        title="Start a fine-tune"
        text={
          earlier
            ? `Filled in with the settings of “${earlier.name}”. Change what should be different.`
            : tried
              ? "Filled in with the settings of the trial. Change what should be different, or start the run."
              : suggested
                ? "Filled in for a run of a few minutes on the demo. Give it a name and start it."
                : "Every setting has a sensible default and an explanation."
        }
      />
      <Suspense fallback={<FormSkeleton />}>
        <Choice params={params} earlier={earlier} tried={tried} suggested={suggested} />
      </Suspense>
    </>
  );
}

async function Choice({
  params,
  earlier,
  tried,
  suggested,
}: {
  params: SearchParams;
  /** The run whose settings are taken over. */
  earlier: FineTuneOutline | null;
  /** A run that was not started. */
  tried: Awaited<ReturnType<typeof getTrialledRun>> | null;
  suggested: Awaited<ReturnType<typeof getSuggestedFineTune>>;
}) {
  const [{ datasets }, { checkpoints }, heldOut, missing] = await Promise.all([
    listDatasets({ pageSize: mostChoices, sort: "name", order: "asc" }),
    listCheckpoints({ pageSize: mostChoices }),
    heldOutDatasets(),
    listMissingWeights(),
  ]);
  const ready = datasets.filter((dataset) => dataset.state === "READY");
  const [captions, attributes] = await Promise.all([
    suggestCaptions(ready.map(({ id }) => id)),
    listAttributes(ready.map(({ id }) => id)),
  ]);
  const start = checkpoints.find((checkpoint) => checkpoint.id === parameter(params, "start"));
  if (ready.length === 0)
    return <FirstStep of="dataset" text="A fine-tune needs photographs with captions." />;
  return (
    <FineTuneForm
      key={JSON.stringify(params)}
      datasets={ready.map(({ id, name, imageCount, trainingCount }) => ({
        id,
        name,
        trainingCount,
        heldOutCount: imageCount - trainingCount,
        isHeldOut: heldOut.has(id),
        captions: captions.get(id) ?? [],
        attributes: attributes.get(id) ?? [],
      }))}
      checkpoints={checkpoints.map((each) => ({
        id: each.id,
        name: each.name,
        part: each.part,
        sharedSidePx: sharedSidePx(each),
      }))}
      missing={missing}
      scratchSidePx={scratchSidePx}
      workerCommand={semblanceCommand("npx semblance worker")}
      initial={{
        name: tried?.name ?? null,
        datasetId:
          earlier?.dataset.id ??
          tried?.datasetId ??
          suggested?.datasetId ??
          parameter(params, "dataset") ??
          "",
        part: earlier?.part ?? tried?.part ?? start?.part ?? "BASE",
        startCheckpointId: earlier
          ? (earlier.startCheckpoint?.id ?? null)
          : tried
            ? tried.startCheckpointId
            : (suggested?.startCheckpointId ?? start?.id ?? null),
        settings: earlier?.settings ?? tried?.settings ?? suggested?.settings ?? null,
        evaluation: earlier?.evaluation ?? null,
      }}
    />
  );
}
