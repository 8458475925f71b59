/** Ending jobs and taking them up again. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { cancelJob } from "@/lib/platform/jobs/cancel-job";
import { retryJob } from "@/lib/platform/jobs/retry-job";

const jobId = z.object({ jobId: z.uuid() });

export const cancel = protectedAction(staff, jobId, async (input) => {
  await cancelJob(input.jobId);
  revalidatePath("/admin", "layout");
});

export const retry = protectedAction(staff, jobId, async (input) => {
  await retryJob(input.jobId);
  revalidatePath("/admin", "layout");
});
