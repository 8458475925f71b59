/** Drawing sample sets, more of them, and single captions; importing others. */
"use server";

import { z } from "zod";
import { startCaptionDrawing, startImageCompletion } from "@/jobs/draw-caption/start";
import { startMaskImport } from "@/jobs/import-masks/start";
import { startSampleImport } from "@/jobs/import-samples/start";
import { startGuidanceComparison } from "@/jobs/sample/compare-guidance";
import { extendSampleSet } from "@/jobs/sample/extend";
import { startSampleSet } from "@/jobs/sample/start";
import {
  cancelGuidanceComparison,
  continueGuidanceComparison,
} from "@/jobs/sample/steer-guidance-comparison";
import { compute } from "@/lib/computations/compute";
import { SemblanceError } from "@/lib/errors";
import { importMasksInput } from "@/lib/mask-sets/mask-set-fields";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { compareGuidanceInput } from "@/lib/samples/guidance/compare-guidance-fields";
import { previewSampleImportInput, startSampleImportInput } from "@/lib/samples/import/sample-import-fields";
import { completeImageInput, drawCaptionInput, startSampleSetInput } from "@/lib/samples/sample-fields";
import { toComparisonFile, toSamplesFile } from "@/lib/samples/settings-file/sample-set-file";
import { writeSamplesFile } from "@/lib/samples/settings-file/samples-file";
import { revalidate } from "../entities/revalidate";

/** What a settings file fills a form with. */
export const readFile = protectedAction(
  staff,
  readsOnly,
  z.object({ text: z.string(), name: z.string().min(1).max(300), isComparison: z.boolean() }),
  (file, { id }) => compute("read-samples-file", file, { owner: id }),
);

/** The form's settings as the text of a settings file. */
export const writeFile = protectedAction(staff, readsOnly, startSampleSetInput, async (input) =>
  writeSamplesFile(await toSamplesFile(input), "yaml"),
);

export const writeComparisonFile = protectedAction(staff, readsOnly, compareGuidanceInput, async (input) =>
  writeSamplesFile(await toComparisonFile(input), "yaml"),
);

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

const guidanceComparisonId = z.object({ guidanceComparisonId: z.uuid() });

export const compareGuidance = protectedAction(
  staff,
  "guidance-comparison.started",
  compareGuidanceInput,
  async (input) => {
    const started = await startGuidanceComparison(input);
    revalidate("guidance-comparison", "sample-set");
    return { guidanceComparisonId: started.guidanceComparisonId };
  },
);

export const cancelComparison = protectedAction(
  staff,
  "job.cancelled",
  guidanceComparisonId,
  async (input) => {
    await cancelGuidanceComparison(input.guidanceComparisonId);
    revalidate("guidance-comparison", "sample-set", "evaluation");
  },
);

export const continueComparison = protectedAction(
  staff,
  ["job.retried", "evaluation.started"],
  guidanceComparisonId,
  async (input) => {
    const jobIds = await continueGuidanceComparison(input.guidanceComparisonId);
    if (jobIds.length === 0) {
      throw new SemblanceError("conflict", "Nothing of this comparison is missing.", {
        remedy: "Reload to see its state.",
      });
    }
    revalidate("guidance-comparison", "sample-set", "evaluation");
  },
);

export const importMasks = protectedAction(
  staff,
  "mask-set.import-started",
  importMasksInput,
  async (input) => {
    const { maskSetId } = await startMaskImport(input);
    revalidate("mask-set");
    return { maskSetId };
  },
);

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
