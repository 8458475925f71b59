/** Drawing sample sets, more of them, and single captions. */
"use server";

import { z } from "zod";
import { startCaptionDrawing, startImageCompletion } from "@/jobs/draw-caption/start";
import { extendSampleSet } from "@/jobs/sample/extend";
import { startSampleSet } from "@/jobs/sample/start";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { completeImageInput, drawCaptionInput, startSampleSetInput } from "@/lib/samples/sample-fields";
import { revalidate } from "../entities/revalidate";

const sampleSetId = z.object({ sampleSetId: z.uuid() });

export const draw = protectedAction(staff, "sample-set.started", startSampleSetInput, async (input) => {
  const started = await startSampleSet(input);
  revalidate("sample-set");
  return { sampleSetId: started.sampleSetId };
});

export const drawAllCaptions = protectedAction(staff, "sample-set.extended", sampleSetId, async (input) => {
  await extendSampleSet(input.sampleSetId, null);
  revalidate("sample-set");
});

export const drawOwnCaption = protectedAction(staff, "sample.drawn", drawCaptionInput, (input) =>
  startCaptionDrawing(input),
);

export const completeImage = protectedAction(staff, "sample.drawn", completeImageInput, (input) =>
  startImageCompletion(input),
);
