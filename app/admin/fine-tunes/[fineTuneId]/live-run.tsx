/** The moving part of a run's page. */
"use client";

import { Download } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { ButtonAnchor } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Notice } from "@/components/notice";
import { formatCount, formatDuration, formatMeasure } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { copiesAmong, PreviewCopies } from "@/components/runs/preview-copies";
import { RunCharts } from "@/components/runs/run-charts";
import type { RunSchedule } from "@/lib/diffusion/training/run-duration";
import type { RunEstimate } from "@/lib/fine-tunes/run-estimate";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import { EstimateComparison } from "./estimate-comparison";
import { RunLog } from "./run-log";
import { RunPreviews } from "./run-previews";
import { type LiveRun as Run, useLiveRun } from "./use-live-run";
import { ValidationBands } from "./validation-bands";

export function LiveRun({
  fineTuneId,
  datasetId,
  name,
  initial,
  part,
  language,
  previewsExpected,
  estimate,
  schedule,
  onEnd,
}: {
  fineTuneId: string;
  datasetId: string;
  name: string;
  initial: Run;
  part: ModelPart;
  /** Of the captions (BCP 47). */
  language: string;
  previewsExpected: boolean;
  /** Of a trial before the start; null: there was none. */
  estimate: RunEstimate | null;
  schedule: RunSchedule;
  /** Draws the rest of the page again when the state has changed. */
  onEnd: () => void;
}) {
  const { run, lost } = useLiveRun(fineTuneId, initial);
  const state = useRef(initial.state);
  useEffect(() => {
    if (state.current === run.state) return;
    state.current = run.state;
    onEnd();
  }, [run.state, onEnd]);

  const drawn = useMemo(
    () => [
      {
        id: fineTuneId,
        name,
        lastStep: Math.max(run.totalSteps, run.step),
        stride: run.stride,
        curves: run.curves,
      },
    ],
    [fineTuneId, name, run.totalSteps, run.step, run.stride, run.curves],
  );
  const copies = copiesAmong(run.previews);
  return (
    <>
      {run.error ? (
        <div className="mb-6">
          <Notice kind="error" title={run.error}>
            Progress up to the last saved step is kept. Fix the cause and resume.
          </Notice>
        </div>
      ) : null}
      {lost ? (
        <div className="mb-6">
          <Notice kind="warning" title="The server is not responding.">
            The run continues. This page keeps trying to reconnect.
          </Notice>
        </div>
      ) : null}
      {run.warning ? (
        <div className="mb-6">
          <Notice kind="warning" title={run.warning}>
            More steps will probably make it worse. Use the best checkpoint by validation, or stop the run and
            try more images, a lower learning rate or fewer epochs.
          </Notice>
        </div>
      ) : null}
      {copies.length > 0 ? (
        <div className="mb-6">
          <Notice
            kind="warning"
            title={
              copies.length === 1
                ? "A preview looks like a training image."
                : `${formatCount(copies.length)} previews look like training images.`
            }
          >
            The model may have learnt images by heart. Previews and training images are shown side by side
            below the previews. Try more images, fewer epochs, augmentation or a lower learning rate.
          </Notice>
        </div>
      ) : null}
      <Panel>
        <dl className="grid grid-cols-2 gap-x-8 gap-y-5 sm:grid-cols-4">
          <Fact name="Step" value={run.totalSteps > 0 ? formatCount(run.step) : "—"}>
            {run.totalSteps > 0 ? `of ${formatCount(run.totalSteps)}` : "total not known yet"}
          </Fact>
          <Fact name="Loss" value={run.finalLoss === null ? "—" : formatMeasure(run.finalLoss, 3)}>
            mean of the last steps
          </Fact>
          <Fact name="Speed" value={run.stepsPerSecond === null ? "—" : formatMeasure(run.stepsPerSecond, 3)}>
            steps per second
          </Fact>
          <TimeFact run={run} />
        </dl>
        <div className="mt-6">
          <ProgressBar
            value={run.totalSteps > 0 ? run.step / run.totalSteps : run.state === "RUNNING" ? null : 0}
            label="Progress of the run"
            text={run.state === "QUEUED" ? "Waiting for a worker" : ""}
          />
        </div>
      </Panel>
      {estimate ? <EstimateComparison estimate={estimate} schedule={schedule} run={run} /> : null}
      <div className="mt-10">
        <Section
          title="Measured"
          actions={
            <>
              <ButtonAnchor
                size="sm"
                href={`/api/fine-tunes/${fineTuneId}/curves.csv`}
                icon={<Download className="size-4" aria-hidden="true" />}
              >
                Every step as CSV
              </ButtonAnchor>
              <ButtonAnchor
                size="sm"
                href={`/api/fine-tunes/${fineTuneId}/tensorboard`}
                icon={<Download className="size-4" aria-hidden="true" />}
              >
                TensorBoard
              </ButtonAnchor>
            </>
          }
        >
          {Object.keys(run.curves).length === 0 ? (
            <Panel>
              <p className="py-10 text-center text-sm text-muted">
                {run.state === "QUEUED"
                  ? "It appears when a worker starts."
                  : "It appears with the first steps."}
              </p>
            </Panel>
          ) : (
            <RunCharts runs={drawn} />
          )}
        </Section>
        {run.validations.length > 0 ? <ValidationBands validations={run.validations} /> : null}
        <Section
          title="Previews"
          text={previewsExpected ? "Every caption from the same noise at every step." : undefined}
        >
          {run.previews.length > 0 ? (
            <>
              <RunPreviews previews={run.previews} part={part} language={language} />
              <PreviewCopies
                previews={run.previews}
                datasetId={datasetId}
                language={language}
                isBase={part === "BASE"}
              />
            </>
          ) : (
            <NoPreviews expected={previewsExpected} hasEnded={run.state === "SUCCEEDED"} />
          )}
        </Section>
        <Section title="Log">
          <RunLog fineTuneId={fineTuneId} lines={run.log} />
        </Section>
      </div>
    </>
  );
}

function NoPreviews({ expected, hasEnded }: { expected: boolean; hasEnded: boolean }) {
  if (!expected) return <p className="text-sm text-muted">No preview captions were chosen for this run.</p>;
  if (hasEnded) return <p className="text-sm text-muted">No previews were kept for this run.</p>;
  return <EmptyState title="None drawn yet" text="The first previews appear at the step set for them." />;
}

function Fact({ name, value, children }: { name: string; value: string; children: string }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-muted">{name}</dt>
      <dd className="numeric mt-0.5 font-serif text-[1.7rem] leading-none">{value}</dd>
      <dd className="mt-1.5 text-[0.8125rem] text-muted">{children}</dd>
    </div>
  );
}

function TimeFact({ run }: { run: Run }) {
  if (run.state === "RUNNING") {
    return (
      <Fact name="Time left" value={run.secondsLeft === null ? "—" : formatDuration(run.secondsLeft)}>
        at this speed
      </Fact>
    );
  }
  const took =
    run.startedAt && run.finishedAt
      ? (new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime()) / 1000
      : null;
  return (
    <Fact name="Time" value={took === null ? "—" : formatDuration(took)}>
      {run.state === "QUEUED" ? "not started" : "from start to end"}
    </Fact>
  );
}
