/** One run: loss, previews and log as they come, what it was set to do, what it wrote. */
import { CopyPlus, FileImage } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { Badge, StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import { DescriptionList } from "@/components/description-list";
import { EpochCurves } from "@/components/evaluations/epoch-curves";
import { partNames, presetNames } from "@/components/model-text";
import { formatCount, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { PanelSkeleton, Skeleton } from "@/components/skeleton";
import { settingFacts } from "@/lib/diffusion/settings/setting";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import {
  type FineTuneOutline,
  type FineTuneProgress,
  getFineTuneOutline,
  getFineTuneProgress,
} from "@/lib/fine-tunes/get-fine-tune";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { CancelButton, DeleteButton, RetryButton } from "../../entities/entity-buttons";
import { orNotFound } from "../../or-not-found";
import { archive } from "../actions";
import { PauseButton } from "./control-buttons";
import { RunControls } from "./run-controls";
import { RunNotes, RunNotesDialog } from "./run-notes";
import { RunView } from "./run-view";

export const metadata: Metadata = { title: "Fine-tune" };

export default async function FineTunePage({ params }: { params: Promise<{ fineTuneId: string }> }) {
  await requireRole(...staff);
  const { fineTuneId } = await params;
  const run = await getFineTuneOutline(fineTuneId).catch(orNotFound);
  const moving = run.state === "QUEUED" || run.state === "RUNNING";
  const stopped = run.state === "CANCELLED" || run.state === "FAILED" || run.state === "PAUSED";
  const offered = run.checkpoints.find(({ isBest }) => isBest) ?? run.checkpoints.at(-1);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/fine-tunes", label: "Fine-tunes" }}
        title={run.name}
        badge={
          <>
            <StateBadge state={run.state} />
            {run.isDemo ? <DemoNote /> : null}
          </>
        }
        text={
          <p>
            {partNames[run.part].label} on{" "}
            <Link href={`/admin/datasets/${run.dataset.id}`} className="prose-link">
              {run.dataset.name}
            </Link>{" "}
            ({plural(run.dataset.imageCount, "image", "images")}),{" "}
            {run.startCheckpoint ? (
              <>
                from{" "}
                <Link href={`/admin/models/${run.startCheckpoint.id}`} className="prose-link">
                  {run.startCheckpoint.name}
                </Link>
              </>
            ) : (
              `from scratch, ${presetNames[run.settings.preset].label.toLowerCase()} size`
            )}
          </p>
        }
        action={
          moving ? (
            <PauseButton fineTuneId={fineTuneId} />
          ) : stopped ? (
            <RetryButton of={{ kind: "fine-tune", id: fineTuneId }} label="Resume" continues />
          ) : offered ? (
            <SamplesLink run={run} checkpointId={offered.id} variant="primary" />
          ) : null
        }
        others={
          <>
            <RunNotesDialog fineTuneId={run.id} tags={run.tags} notes={run.notes} />
            {moving ? (
              <CancelButton
                of={{ kind: "fine-tune", id: fineTuneId }}
                confirm={{
                  title: "Cancel this run?",
                  text: "It saves its progress first. You can resume it later, with the same result as an uninterrupted run.",
                  label: "Cancel the run",
                }}
              />
            ) : null}
            {offered && (moving || stopped) ? <SamplesLink run={run} checkpointId={offered.id} /> : null}
            {moving ? null : (
              <>
                <ArchiveButton run={run} />
                <ButtonLink
                  href={`/admin/fine-tunes/new?from=${fineTuneId}`}
                  icon={<CopyPlus className="size-4" aria-hidden="true" />}
                >
                  Run again
                </ButtonLink>
                <DeleteButton
                  of={{ kind: "fine-tune", id: fineTuneId }}
                  name={run.name}
                  text="Its losses, previews and log are removed. Its checkpoints are kept."
                />
              </>
            )}
          </>
        }
      />
      <RunNotes fineTuneId={run.id} tags={run.tags} notes={run.notes} />
      <Suspense
        fallback={
          <Skeleton>
            <PanelSkeleton lines={3} />
            <div className="mt-10">
              <Section title="Measured">
                <PanelSkeleton lines={9} />
              </Section>
            </div>
          </Skeleton>
        }
      >
        <RunControls run={run} />
        <Course run={run} />
        <div className="mt-10">
          <EpochCurves fineTuneId={fineTuneId} runName={run.name} />
        </div>
        <Outcome run={run} moving={moving} />
      </Suspense>
    </>
  );
}

function ArchiveButton({ run: { id: fineTuneId, isArchived } }: { run: FineTuneOutline }) {
  return (
    <ActionButton
      label={isArchived ? "Back into the list" : "Archive"}
      act={archive.bind(null, { fineTuneId, isArchived: !isArchived })}
      done={isArchived ? "The run is in the list again" : "The run is archived"}
    />
  );
}

function SamplesLink({
  run,
  checkpointId,
  variant = "secondary",
}: {
  run: FineTuneOutline;
  checkpointId: string;
  variant?: "primary" | "secondary";
}) {
  return (
    <ButtonLink
      href={`/admin/samples/new?${run.part === "BASE" ? "base" : "upsampler"}=${checkpointId}&dataset=${run.dataset.id}`}
      variant={variant}
      icon={<FileImage className="size-4" aria-hidden="true" />}
    >
      Draw samples
    </ButtonLink>
  );
}

async function Course({ run }: { run: FineTuneOutline }) {
  return (
    <RunView
      fineTuneId={run.id}
      datasetId={run.dataset.id}
      name={run.name}
      part={run.part}
      language={run.dataset.captionLanguage}
      previewsExpected={run.settings.previewCaptions.length > 0}
      estimate={run.estimate}
      schedule={run.settings}
      initial={toLiveRun(await getFineTuneProgress(run.id))}
    />
  );
}

function Outcome({ run, moving }: { run: FineTuneOutline; moving: boolean }) {
  return (
    <div className="mt-10 grid items-start gap-x-10 gap-y-10 xl:grid-cols-2">
      <div>
        <Section title="Checkpoints">
          {run.checkpoints.length === 0 ? (
            <p className="text-sm text-muted">
              {moving ? "The first one appears when the run ends, or at the epochs to be kept." : "None."}
            </p>
          ) : (
            <ul className="grid overflow-hidden rounded-lg border bg-surface text-sm">
              {run.checkpoints.map((checkpoint) => (
                <li
                  key={checkpoint.id}
                  className="flex flex-wrap items-center justify-between gap-2 border-t px-5 py-3 first:border-t-0"
                >
                  <span className="flex flex-wrap items-center gap-2">
                    <Link href={`/admin/models/${checkpoint.id}`} className="font-semibold hover:underline">
                      {checkpoint.name}
                    </Link>
                    {checkpoint.isBest ? <Badge tone="good">Best by validation</Badge> : null}
                  </span>
                  <span className="numeric text-muted">
                    {checkpoint.epoch === null ? "" : `epoch ${checkpoint.epoch}, `}step{" "}
                    {formatCount(checkpoint.step)}
                    {" · "}
                    <a
                      className="prose-link"
                      href={`/api/models/${checkpoint.id}/card.md`}
                      aria-label={`Model card of ${checkpoint.name}`}
                    >
                      Model card
                    </a>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Section>
      </div>
      <div>
        <Section title="Settings">
          <Panel className="py-2 sm:py-2">
            <DescriptionList items={toFacts(run)} />
          </Panel>
          <p className="mt-3 text-sm text-muted">
            As a file for the form and the command line:{" "}
            <a className="prose-link" href={`/api/fine-tunes/${run.id}/settings.yaml`}>
              YAML
            </a>
            ,{" "}
            <a className="prose-link" href={`/api/fine-tunes/${run.id}/settings.json`}>
              JSON
            </a>
          </p>
        </Section>
      </div>
    </div>
  );
}

function toLiveRun(run: FineTuneProgress) {
  return {
    state: run.state,
    step: run.step,
    totalSteps: run.totalSteps,
    stepsPerSecond: run.stepsPerSecond,
    secondsLeft: run.secondsLeft,
    error: run.error,
    warning: run.warning,
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    validations: run.validations,
    finalLoss: run.finalLoss,
    durationSeconds: run.durationSeconds,
    stride: run.stride,
    curves: run.curves,
    previews: run.previews,
    log: run.log.map((line) => ({ ...line, at: line.at.toISOString() })),
    checkpoints: run.checkpoints,
  };
}

/** The size is that of the model where training began, unless it began from scratch. */
function toFacts({
  settings,
  startCheckpoint,
  evaluation,
}: FineTuneOutline): { name: string; value: string }[] {
  const { preset, ...others } = settings;
  return [
    ...settingFacts(fineTuneSettings, startCheckpoint ? others : settings),
    { name: "Evaluated after epochs", value: evaluation?.atEpochs.join(", ") || "none" },
  ];
}
