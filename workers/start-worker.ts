/** A worker: takes jobs off the queue, one engine job at a time and imports beside it, until it is stopped. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { sweepUnused } from "@/jobs/sweep-unused";
import type { ProviderChoice } from "@/lib/engine/runtime/choose-provider";
import { computingDevice } from "@/lib/engine/runtime/computing-device";
import { env } from "@/lib/env";
import { shareInstalledNetworks } from "@/lib/evaluations/networks/shared-networks";
import { db } from "@/lib/platform/database/db";
import { queueNames } from "@/lib/platform/jobs/job-definition";
import { startQueue, stopQueue } from "@/lib/platform/jobs/queue";
import { signOff, signOn } from "@/lib/platform/jobs/worker-sign-on";
import { log } from "@/lib/platform/log/log";
import { makePendingRenditions } from "@/lib/platform/renditions/make-renditions";
import { takeBackRestoredImages } from "@/lib/rating/item/faulty-images";
import { applyStopRules } from "@/lib/studies/stopping/apply-stop-rules";
import { counted } from "@/lib/text/counted";
import { JobSlots } from "./job-slots";
import { DutyKeeper } from "./keep-duty";
import { loadHandler } from "./load-handler";
import { type LoadHandler, runJob } from "./run-job";

/** How soon a worker does what it was told, and takes over a device that is free. */
const dutyIntervalMs = 1000;
const lifeSignIntervalMs = 5000;
const stopRuleIntervalMs = 30_000;
/** Pages wait for images that came in a moment ago. */
const renditionIntervalMs = 500;
/** Only images that were found lost or damaged are looked at. */
const restoredIntervalMs = 30_000;
/** For networks that were installed while nobody could share them. */
const sharingIntervalMs = 600_000;
const sweepIntervalMs = 6 * 3600_000;

export type RunningWorker = {
  id: string;
  /** For people: whether it takes jobs, and on what they compute. */
  text: string;
  /** Hands running jobs back to the queue, waits until they have stopped, and signs off. */
  stop: () => Promise<void>;
};

async function sweep(): Promise<void> {
  const { blobs, temporary } = await sweepUnused();
  if (blobs + temporary.removed === 0) return;
  log().info(
    `Removed ${counted(blobs, "unused file", "unused files")} and ${counted(temporary.removed, "temporary file", "temporary files")} (${(temporary.bytes / 1e6).toFixed(1)} MB).`,
  );
}

type Repeated = { now: () => void; stop: () => Promise<void> };

/** Does something now and again, but not while it is still being done; what it throws is logged and no more. */
function repeat(act: () => Promise<unknown>, everyMs: number, failed: string): Repeated {
  let running: Promise<unknown> = Promise.resolve();
  let isRunning = false;
  const turn = () => {
    if (isRunning) return;
    isRunning = true;
    running = act()
      .catch((error) => log().error({ err: error }, failed))
      .finally(() => {
        isRunning = false;
      });
  };
  const timer = setInterval(turn, everyMs);
  return {
    now: turn,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/**
 * @param choice the execution provider for engine jobs, shown in the dashboard with why better ones were declined
 * @param load default: from each kind's folder in jobs/
 */
export async function startWorker(
  choice: ProviderChoice,
  load: LoadHandler = loadHandler,
): Promise<RunningWorker> {
  const id = randomUUID();
  const boss = await startQueue({ supervise: true });
  const duty = await signOn({
    id,
    hostname: hostname(),
    pid: process.pid,
    executionProvider: choice.provider,
    device: await computingDevice(choice.provider, env().cudaDevices),
    declinedProviders: choice.declined.map(({ provider, reason }) => ({ provider, reason })),
  });
  const lifeSigns = setInterval(() => {
    db.worker
      .updateMany({ where: { id }, data: { lastSeenAt: new Date() } })
      .catch((error) => log().warn({ err: error }, "The database does not respond."));
  }, lifeSignIntervalMs);

  const stopRules = repeat(applyStopRules, stopRuleIntervalMs, "Stop rules could not be evaluated.");
  const sweeps = repeat(sweep, sweepIntervalMs, "Unused files could not be removed.");
  sweeps.now();
  const sharing = repeat(
    shareInstalledNetworks,
    sharingIntervalMs,
    "Networks could not be shared with other machines.",
  );
  sharing.now();

  const restored = repeat(
    takeBackRestoredImages,
    restoredIntervalMs,
    "Images of studies could not be checked:",
  );
  const shutdown = new AbortController();
  const renditions = repeat(
    () => makePendingRenditions(shutdown.signal),
    renditionIntervalMs,
    "Images could not be rendered:",
  );
  const slots = new JobSlots(boss, (jobId, signals) =>
    runJob(jobId, {
      workerId: id,
      provider: choice.provider,
      providerRefusal: choice.refusal,
      loadHandler: load,
      ...signals,
    }),
  );
  const keeper = new DutyKeeper(id, slots);
  await keeper.keep();
  const duties = repeat(() => keeper.keep(), dutyIntervalMs, "A worker could not learn what it is to do:");

  const stop = async () => {
    await stopRules.stop();
    await sweeps.stop();
    await sharing.stop();
    await restored.stop();
    await duties.stop();
    shutdown.abort();
    await Promise.allSettled(queueNames.map((queue) => slots.close(queue, { handsBack: true })));
    await renditions.stop();
    clearInterval(lifeSigns);
    await boss.stop({ graceful: true, timeout: 5000 });
    await stopQueue();
    await signOff(id);
    await db.$disconnect();
  };
  const does =
    duty === "WORK"
      ? "takes jobs"
      : `was ${duty === "DRAIN" ? "drained" : "paused"} before it started and takes no jobs until it is resumed (npx semblance workers resume ${id.slice(0, 8)})`;
  return { id, text: `Worker ${id} ${does}; the engine runs on ${choice.provider}.`, stop };
}
