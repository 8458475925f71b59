/** Starting, stopping, continuing and deleting fine-tunes. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { cancelJobOf } from "@/jobs/cancel-job";
import { startFineTune, startFineTuneInput } from "@/jobs/fine-tune/start";
import { retryJobOf } from "@/jobs/retry-job";
import { deleteFineTune } from "@/lib/fine-tunes/delete-fine-tune";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";

const fineTuneId = z.object({ fineTuneId: z.uuid() });

export const start = protectedAction(staff, startFineTuneInput, async (input) => {
  const started = await startFineTune(input);
  revalidatePath("/admin", "layout");
  return { fineTuneId: started.fineTuneId };
});

export const cancel = protectedAction(staff, fineTuneId, async (input) => {
  await cancelJobOf(input.fineTuneId);
  revalidatePath("/admin", "layout");
});

export const resume = protectedAction(staff, fineTuneId, async (input) => {
  await retryJobOf(input.fineTuneId);
  revalidatePath("/admin", "layout");
});

export const remove = protectedAction(staff, fineTuneId, async (input) => {
  await deleteFineTune(input.fineTuneId);
  revalidatePath("/admin", "layout");
});
