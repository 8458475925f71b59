/** Creates a sample set and enqueues its drawing. */
import type { z } from "zod";
import { checkAdaptersFit } from "@/lib/adapters/check-adapters-fit";
import { checkUpsamplerFits, type SizedModel } from "@/lib/checkpoints/matching-upsamplers";
import { splitWords } from "@/lib/datasets/split-choice";
import { usesClip } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { type Enqueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { drawnCaptions } from "@/lib/samples/drawn-captions";
import { assertClipInstalled, guidingClip } from "@/lib/samples/installed-clip";
import { plannedEvaluation } from "@/lib/samples/planned-evaluation";
import { startSampleSetInput } from "@/lib/samples/sample-fields";
import { sampleJob } from "./job";

/** Evaluations to ask for once it is drawn. */
const withEvaluation = startSampleSetInput.extend({ plannedEvaluation: plannedEvaluation.optional() });

/**
 * @throws SemblanceError `missing_weights` for CLIP guidance without CLIP; `not_found`, `conflict` or `invalid_input` for
 *   a dataset or model that cannot be used, or a name in use, each with the form's field in `details.field`
 */
export async function startSampleSet(
  input: z.input<typeof withEvaluation>,
): Promise<{ sampleSetId: string; jobId: string }> {
  const checked = await checkSampleSet(input);
  return withUniqueName("sample set", checked.name, () =>
    transactionWithJobs((transaction, enqueue) => createSampleSet(transaction, enqueue, checked)),
  );
}

/** A set that can be drawn. */
type CheckedSampleSet = z.output<typeof withEvaluation> & {
  readonly datasetRevision: number;
  /** Number of images. */
  readonly requested: number;
};

/** Throws as startSampleSet. */
export async function checkSampleSet(input: z.input<typeof withEvaluation>): Promise<CheckedSampleSet> {
  const data = withEvaluation.parse(input);
  const dataset = await db.dataset.findUnique({ where: { id: data.datasetId } });
  const datasetRevision = dataset?.revision ?? 1;
  const [captions, base, upsampler] = await Promise.all([
    db.caption.count({ where: drawnCaptions({ ...data, datasetRevision }).where }),
    checkPart(data.baseCheckpointId, "BASE", "baseCheckpointId"),
    data.upsamplerCheckpointId
      ? checkPart(data.upsamplerCheckpointId, "UPSAMPLER", "upsamplerCheckpointId")
      : null,
  ]);
  if (upsampler) checkUpsamplerFits(base, upsampler, "upsamplerCheckpointId");
  await checkAdaptersFit(base, data.adapters);
  if (data.maskSetId !== null) await checkMasks(data.maskSetId, data.datasetId, base);
  if (dataset?.state !== "READY") {
    throw new SemblanceError(
      dataset ? "conflict" : "not_found",
      dataset ? `The dataset “${dataset.name}” is not ready.` : "There is no such dataset.",
      { remedy: "Choose one whose import has succeeded.", details: { field: "datasetId" } },
    );
  }
  if (captions === 0 && data.captionCategories.length > 0) {
    throw new SemblanceError(
      "invalid_input",
      `“${dataset.name}” has no caption of ${data.captionCategories.join(" or ")}.`,
      { remedy: "Choose other categories, or none.", details: { field: "captionCategories" } },
    );
  }
  if (captions === 0 && data.captionSplit !== null) {
    throw new SemblanceError(
      "invalid_input",
      `“${dataset.name}” has no ${splitWords[data.captionSplit]} images with captions.`,
      {
        remedy: "Split the dataset on its page, or draw the captions of all images.",
        details: { field: "captionSplit" },
      },
    );
  }
  if (usesClip(data.settings)) await assertClipInstalled(await guidingClip(data.baseCheckpointId));
  const requested = Math.min(captions, data.captionLimit ?? captions) * data.settings.samplesPerCaption;
  return { ...data, datasetRevision, requested };
}

/** @param belongsTo the comparison that the set is a setting of */
export async function createSampleSet(
  transaction: Transaction,
  enqueue: Enqueue,
  checked: CheckedSampleSet,
  belongsTo: { guidanceComparisonId?: string } = {},
): Promise<{ sampleSetId: string; jobId: string }> {
  const { name, datasetId, datasetRevision, baseCheckpointId, upsamplerCheckpointId } = checked;
  const { captionSplit, requested, settings, adapters, ...data } = checked;
  const { id } = await transaction.sampleSet.create({
    data: {
      ...data,
      ...{ captionSplit, requested, settings },
      ...belongsTo,
      adapters: { create: adapters.map((each, position) => ({ ...each, position })) },
    },
  });
  await appendAuditEntry(transaction, {
    action: "sample-set.started",
    subject: { kind: "sample-set", id, name },
    detail: {
      ...{ datasetId, datasetRevision, baseCheckpointId, upsamplerCheckpointId },
      ...{ captionSplit, requested, settings },
      ...(adapters.length > 0 && { adapters }),
    },
  });
  return { sampleSetId: id, jobId: await enqueue(sampleJob, { sampleSetId: id }, id) };
}

/** @throws SemblanceError `not_found`, `conflict` or `invalid_input` for masks that cannot be used with dataset and base */
async function checkMasks(maskSetId: string, datasetId: string, base: SizedModel): Promise<void> {
  const set = await db.maskSet.findUnique({
    where: { id: maskSetId },
    include: { dataset: { select: { name: true } } },
  });
  const details = { field: "maskSetId" };
  if (set?.state !== "SUCCEEDED") {
    throw new SemblanceError(
      set ? "conflict" : "not_found",
      set ? `The masks “${set.name}” are not ready.` : "There are no such masks.",
      { remedy: "Choose masks whose import has succeeded, or none.", details },
    );
  }
  if (set.datasetId !== datasetId) {
    throw new SemblanceError(
      "invalid_input",
      `“${set.name}” has masks for images of “${set.dataset.name}”.`,
      {
        remedy: "Choose that dataset, or no masks.",
        details,
      },
    );
  }
  if ((base.options as { inpaint?: unknown }).inpaint === true) return;
  throw new SemblanceError("invalid_input", `“${base.name}” cannot complete images.`, {
    remedy: "Choose an inpainting model, or no masks.",
    details: { field: "baseCheckpointId" },
  });
}

async function checkPart(id: string, part: "BASE" | "UPSAMPLER", field: string): Promise<SizedModel> {
  const checkpoint = await db.checkpoint.findUnique({ where: { id } });
  if (checkpoint?.part === part) return checkpoint;
  const kind = part === "BASE" ? "a base model" : "an upsampler";
  throw new SemblanceError(
    checkpoint ? "invalid_input" : "not_found",
    checkpoint ? `“${checkpoint.name}” is not ${kind}.` : "There is no such model.",
    { remedy: `Choose ${kind}.`, details: { field } },
  );
}
