/** The order of waiting jobs, and what workers are to do. */
"use server";

import { z } from "zod";
import { moveJob, moves } from "@/jobs/queue-order";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { administrators, staff } from "@/lib/platform/accounts/roles";
import { setWorkerDuty, workerDuties } from "@/lib/platform/jobs/worker-duty";
import { revalidate } from "../entities/revalidate";

export const move = protectedAction(
  staff,
  "job.moved",
  z.object({ jobId: z.uuid(), to: z.enum(moves) }),
  async ({ jobId, to }) => {
    await moveJob(jobId, to);
    revalidate("job", "fine-tune");
  },
);

export const setDuty = protectedAction(
  administrators,
  ["worker.drained", "worker.paused", "worker.resumed"],
  z.object({ workerId: z.uuid(), duty: z.enum(workerDuties) }),
  async ({ workerId, duty }) => {
    await setWorkerDuty(workerId, duty);
    revalidate("job");
  },
);
