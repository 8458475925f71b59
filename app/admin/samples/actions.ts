/** Drawing, stopping, continuing and deleting sample sets; asking for their evaluation. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { cancelJobOf } from "@/jobs/cancel-job";
import { drawCaptionInput, startCaptionDrawing } from "@/jobs/draw-caption/start";
import { retryJobOf } from "@/jobs/retry-job";
import { extendSampleSet } from "@/jobs/sample/extend";
import { startSampleSet, startSampleSetInput } from "@/jobs/sample/start";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { deleteSampleSet } from "@/lib/samples/delete-sample-set";

const sampleSetId = z.object({ sampleSetId: z.uuid() });

export const draw = protectedAction(staff, startSampleSetInput, async (input) => {
  const started = await startSampleSet(input);
  revalidatePath("/admin", "layout");
  return { sampleSetId: started.sampleSetId };
});

export const cancel = protectedAction(staff, sampleSetId, async (input) => {
  await cancelJobOf(input.sampleSetId);
  revalidatePath("/admin", "layout");
});

export const resume = protectedAction(staff, sampleSetId, async (input) => {
  await retryJobOf(input.sampleSetId);
  revalidatePath("/admin", "layout");
});

export const drawAllCaptions = protectedAction(staff, sampleSetId, async (input) => {
  await extendSampleSet(input.sampleSetId, null);
  revalidatePath("/admin", "layout");
});

export const remove = protectedAction(staff, sampleSetId, async (input) => {
  await deleteSampleSet(input.sampleSetId);
  revalidatePath("/admin", "layout");
});

export const drawOwnCaption = protectedAction(staff, drawCaptionInput, (input) => startCaptionDrawing(input));
