/** What can be done with a run now, and what is being done. */
import { findQueuePlace } from "@/jobs/queue-order";
import { listRunRequests, type RunRequestKind } from "@/lib/fine-tunes/run-requests";
import { db } from "@/lib/platform/database/db";

export type RunControl = {
  /** What it was asked for and has not done yet. */
  requests: RunRequestKind[];
  /** It was paused or cancelled, and its worker still stores what it had. */
  isStored: boolean;
  /** Its job's place among those that wait; null where it does not wait. */
  place: ({ jobId: string } & NonNullable<Awaited<ReturnType<typeof findQueuePlace>>>) | null;
};

export async function getRunControl(fineTuneId: string): Promise<RunControl> {
  const [requests, job] = await Promise.all([
    listRunRequests(fineTuneId),
    db.job.findFirst({ where: { subjectId: fineTuneId }, orderBy: { createdAt: "desc" } }),
  ]);
  const place = job ? await findQueuePlace(job.id) : null;
  return {
    requests: requests.map(({ kind }) => kind),
    isStored: (job?.state === "PAUSED" || job?.state === "CANCELLED") && job.workerId !== null,
    place: job && place && { jobId: job.id, ...place },
  };
}
