/** Ending jobs and taking them up again. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { cancelJob } from "@/jobs/cancel-job";
import { retryJob } from "@/jobs/retry-job";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";

const jobId = z.object({ jobId: z.uuid() });

export const cancel = protectedAction(staff, jobId, async (input) => {
  await cancelJob(input.jobId);
  revalidatePath("/admin", "layout");
});

export const retry = protectedAction(staff, jobId, async (input) => {
  await retryJob(input.jobId);
  revalidatePath("/admin", "layout");
});
