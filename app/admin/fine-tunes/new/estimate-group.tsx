/** The part of a fine-tune's form that has the run tried before it is started: how long it will take, and how much memory. */
"use client";

import { Gauge } from "lucide-react";
import { useTransition } from "react";
import { type UseFormReturn, useWatch } from "react-hook-form";
import { toast } from "sonner";
import { reportResult } from "@/components/action-button";
import { Button } from "@/components/button";
import { CommandLine } from "@/components/command-line";
import { FieldGroup } from "@/components/field";
import { Notice } from "@/components/notice";
import { ProgressBar } from "@/components/progress-bar";
import { EstimateView } from "@/components/runs/estimate-view";
import type { Trial } from "@/jobs/estimate-run/get-trial";
import { type FineTuneValues, toFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { CancelButton } from "../../entities/entity-buttons";
import { estimate } from "../actions";
import { useTrial } from "./use-trial";

export function EstimateGroup({
  form: { control, trigger, getValues },
  workerCommand,
}: {
  form: UseFormReturn<FineTuneValues>;
  /** Starts a worker. */
  workerCommand: string;
}) {
  const { trial, look } = useTrial(control);
  const settings = useWatch({ control, name: "settings" });
  const [pending, startTransition] = useTransition();

  async function ask() {
    if (!(await trigger(undefined, { shouldFocus: true }))) {
      toast.error("Some fields need correcting.");
      return;
    }
    const asked = await estimate(toFineTuneInput(getValues())).catch(() => null);
    if (asked === null) toast.error("The server did not respond.");
    else if (reportResult(asked)) look();
  }

  const isMoving = trial?.state === "QUEUED" || trial?.state === "RUNNING";
  return (
    <FieldGroup
      title="Time and memory"
      text="A trial runs the first steps with exactly these settings on the worker’s machine, and keeps nothing of them."
    >
      <div aria-live="polite" className="grid gap-4 empty:hidden">
        {trial && isMoving ? <Progress trial={trial} workerCommand={workerCommand} /> : null}
        {trial?.state === "FAILED" ? (
          <Notice kind="error" title="The trial failed: the run would probably fail, too.">
            {trial.error}
          </Notice>
        ) : null}
        {trial?.state === "CANCELLED" ? (
          <p className="text-sm text-muted">The last trial of these settings was cancelled.</p>
        ) : null}
        {trial?.estimate ? <EstimateView estimate={trial.estimate} schedule={settings} /> : null}
      </div>
      {isMoving ? (
        <div>
          <CancelButton of={{ kind: "job", id: trial.jobId, work: "estimate-run" }} done="Trial cancelled" />
        </div>
      ) : (
        <div>
          <Button
            pending={pending}
            icon={<Gauge className="size-4" aria-hidden="true" />}
            onClick={() => startTransition(ask)}
          >
            {trial ? "Try again" : "Estimate time and memory"}
          </Button>
        </div>
      )}
    </FieldGroup>
  );
}

const reasons = {
  soon: "Waiting for a worker",
  busy: "The worker computes something else; the trial is next",
  "no-worker": "Waiting for a worker",
} as const;

function Progress({
  trial: { state, progress, note, waits },
  workerCommand,
}: {
  trial: Trial;
  workerCommand: string;
}) {
  return (
    <>
      {waits === "no-worker" ? (
        <Notice kind="warning" title="No worker takes jobs.">
          <p className="mb-2">The trial starts as soon as one does. Start one with this command:</p>
          <CommandLine command={workerCommand} />
        </Notice>
      ) : null}
      <ProgressBar
        value={state === "QUEUED" ? 0 : progress}
        label="Progress of the trial"
        text={waits ? reasons[waits] : note ? `It ${note}` : "It begins"}
      />
    </>
  );
}
