/** What can be done with a run that waits, trains or is paused, and what it is doing of that. */
import type { ReactNode } from "react";
import { LiveRefresh } from "@/components/live-refresh";
import { plural } from "@/components/numbers";
import { getRunControl, type RunControl } from "@/jobs/fine-tune/run-control";
import type { FineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { MoveButtons } from "../../jobs/move-buttons";
import { RequestButton } from "./control-buttons";

export async function RunControls({ run }: { run: FineTuneOutline }) {
  const control = await getRunControl(run.id);
  const { requests, isStored, place } = control;
  if (run.state !== "RUNNING" && run.state !== "PAUSED" && !isStored && !place) return null;
  const hasPreviews = run.settings.previewCaptions.length > 0;
  const isBusy = requests.length > 0 || isStored;
  return (
    <section
      aria-label="Run controls"
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-muted"
    >
      <LiveRefresh active={isBusy} everyMs={2000} />
      {run.state === "RUNNING" ? (
        <Buttons>
          <RequestButton fineTuneId={run.id} kind="SAVE" />
          {hasPreviews ? <RequestButton fineTuneId={run.id} kind="SAMPLE" /> : null}
        </Buttons>
      ) : null}
      {place ? (
        <Buttons>
          <MoveButtons jobId={place.jobId} canMoveUp={place.canMoveUp} canMoveDown={place.canMoveDown} />
        </Buttons>
      ) : null}
      <p role="status">{describe(run, control)}</p>
    </section>
  );
}

function Buttons({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap gap-2">{children}</div>;
}

const doings = { SAVE: "saves a checkpoint", SAMPLE: "draws previews" } as const;

function describe({ state }: FineTuneOutline, { requests, isStored, place }: RunControl): string {
  if (isStored) return "Its worker is saving the last step.";
  if (state === "PAUSED") return "Its state is saved. Resumed, it continues as if it had never stopped.";
  if (place) {
    if (place.ahead === 0) return "It is next.";
    return `${plural(place.ahead, "waiting job begins", "waiting jobs begin")} before it.`;
  }
  if (requests.length === 0) return "";
  return `The run ${requests.map((kind) => doings[kind]).join(" and ")} as soon as its step ends.`;
}
