/** The moving part of a run's page. */
"use client";

import { useEffect, useRef } from "react";
import { EmptyState } from "@/components/empty-state";
import { LossChart, smoothLosses } from "@/components/loss-chart";
import { Notice } from "@/components/notice";
import { formatCount, formatDuration, formatMeasure } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import { PreviewTable } from "./preview-table";
import { type LiveRun as Run, useLiveRun } from "./use-live-run";
import { ValidationBands } from "./validation-bands";

export function LiveRun({
  fineTuneId,
  initial,
  part,
  language,
  previewsExpected,
  onEnd,
}: {
  fineTuneId: string;
  initial: Run;
  part: ModelPart;
  /** Of the captions (BCP 47). */
  language: string;
  previewsExpected: boolean;
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

  const smooth = smoothLosses(run.losses).at(-1)?.smooth;
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
      <Panel>
        <dl className="grid grid-cols-2 gap-x-8 gap-y-5 sm:grid-cols-4">
          <Fact name="Step" value={run.totalSteps > 0 ? formatCount(run.step) : "—"}>
            {run.totalSteps > 0 ? `of ${formatCount(run.totalSteps)}` : "total not known yet"}
          </Fact>
          <Fact name="Loss" value={smooth === undefined ? "—" : formatMeasure(smooth, 3)}>
            running mean
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
      <div className="mt-10">
        <Section title="Loss">
          <Panel>
            {run.losses.length === 0 ? (
              <p className="py-10 text-center text-sm text-muted">
                {run.state === "QUEUED"
                  ? "It appears when a worker starts."
                  : "It appears with the first steps."}
              </p>
            ) : (
              <LossChart points={run.losses} validations={run.validations} totalSteps={run.totalSteps} />
            )}
          </Panel>
        </Section>
        {run.validations.length > 0 ? <ValidationBands validations={run.validations} /> : null}
        <Section
          title="Previews"
          text={
            previewsExpected
              ? "One row per caption, always from the same noise. Steps increase from left to right."
              : undefined
          }
        >
          {run.previews.length > 0 ? (
            <PreviewTable previews={run.previews} part={part} language={language} />
          ) : (
            <NoPreviews expected={previewsExpected} hasEnded={run.state === "SUCCEEDED"} />
          )}
        </Section>
        <Section title="Log">
          <Log lines={run.log} />
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

function Log({ lines }: { lines: Run["log"] }) {
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    // Follow the end, unless somebody has scrolled up to read.
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  if (lines.length === 0) return <p className="text-sm text-muted">Nothing has been logged yet.</p>;
  return (
    <section
      ref={box}
      aria-label="Log of the run"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 30;
      }}
      className="max-h-72 overflow-y-auto rounded-lg border bg-sunken px-4 py-3 font-mono text-[0.8125rem] leading-relaxed"
    >
      {lines.map((line) => (
        <p key={line.id} className="grid gap-x-4 sm:grid-cols-[5.5rem_minmax(0,1fr)]">
          <time dateTime={line.at} className="text-faint" suppressHydrationWarning>
            {new Date(line.at).toLocaleTimeString("en-GB")}
          </time>
          <span className="[overflow-wrap:anywhere]">{line.message}</span>
        </p>
      ))}
    </section>
  );
}
