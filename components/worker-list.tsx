/** The workers that are alive: where they compute, and why nothing faster was taken. And those that have ended, drained or paused. */
import type { ReactNode } from "react";
import {
  type StoppedWorker,
  stoppedState,
  type WorkerSummary,
  workerState,
} from "@/lib/platform/jobs/list-workers";
import { Badge } from "./badge";
import { Notice } from "./notice";
import { Panel } from "./panel";
import { SemblanceCommand } from "./semblance-command";
import { Time } from "./time";

const providerNames: Record<string, string> = { cpu: "CPU", webgpu: "GPU (WebGPU)", cuda: "GPU (CUDA)" };

/** A provider may name its adapter: webgpu:1. */
function providerName(provider: string): string {
  const [kind = "", ...adapter] = provider.split(":");
  return [providerNames[kind] ?? kind, ...adapter].join(" ");
}

export function WorkerList({
  workers,
  actions,
}: {
  workers: WorkerSummary[];
  /** What can be done with each. */
  actions?: (worker: WorkerSummary) => ReactNode;
}) {
  if (workers.length === 0) {
    return (
      <Notice kind="warning" title="No worker is running, so jobs are waiting.">
        <p className="mb-2">
          Workers run fine-tunes, sample sets, evaluations and imports.{" "}
          <code className="font-mono">npm start</code> starts one. To add another:
        </p>
        <SemblanceCommand command="npx semblance worker" />
      </Notice>
    );
  }
  return (
    <Panel className="py-1 sm:py-1">
      <ul>
        {workers.map((worker) => (
          <li key={worker.id} className="grid gap-1 border-t py-4 first:border-t-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <span className="font-semibold">{worker.hostname}</span>
              <Badge tone="accent">{providerName(worker.executionProvider)}</Badge>
              <span className="numeric text-muted">
                process {worker.pid}, started <Time at={worker.startedAt.toISOString()} relative />
              </span>
              {actions ? <div className="ms-auto">{actions(worker)}</div> : null}
            </div>
            <WorkerDoes worker={worker} />
            {worker.declinedProviders.map((declined) => (
              <p key={declined.provider} className="text-[0.8125rem] text-muted">
                Not {providerName(declined.provider)}: {declined.reason}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Nothing is said of a worker that does what workers usually do. */
function WorkerDoes({ worker }: { worker: WorkerSummary }) {
  const { label, text, takesJobs } = workerState(worker);
  if (text === null) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
      <Badge tone={takesJobs ? "neutral" : "warn"}>{label}</Badge>
      {text}
    </p>
  );
}

/** Nothing where there are none. */
export function StoppedWorkerList({
  workers,
  actions,
}: {
  workers: StoppedWorker[];
  /** What can be done with each. */
  actions: (worker: StoppedWorker) => ReactNode;
}) {
  if (workers.length === 0) return null;
  return (
    <Panel className="mt-4 py-1 sm:py-1">
      <ul>
        {workers.map((worker) => (
          <li key={worker.id} className="grid gap-1 border-t py-4 first:border-t-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <span className="font-semibold">{worker.hostname}</span>
              <Badge tone="neutral">{providerName(worker.device)}</Badge>
              <span className="text-muted">
                last seen <Time at={worker.lastSeenAt.toISOString()} relative />
              </span>
              <div className="ms-auto">{actions(worker)}</div>
            </div>
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
              <Badge tone="warn">{stoppedState(worker)}</Badge>
              Started again, it takes no jobs until you resume it.
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
