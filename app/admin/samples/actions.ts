/** Drawing sample sets, more of them, and single captions; importing others. */
"use server";

import { z } from "zod";
import { startCaptionDrawing, startImageCompletion } from "@/jobs/draw-caption/start";
import { startSampleImport } from "@/jobs/import-samples/start";
import { extendSampleSet } from "@/jobs/sample/extend";
import { startSampleSet } from "@/jobs/sample/start";
import { compute } from "@/lib/computations/compute";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { previewSampleImportInput, startSampleImportInput } from "@/lib/samples/import/sample-import-fields";
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

export const previewSampleImport = protectedAction(
  staff,
  readsOnly,
  previewSampleImportInput,
  (input, member) => compute("preview-sample-import", input, { owner: member.id }),
);

export const importSamples = protectedAction(
  staff,
  "sample-set.import-started",
  startSampleImportInput,
  async (input) => {
    const { sampleSetId } = await startSampleImport(input);
    revalidate("sample-set");
    return { sampleSetId };
  },
);
