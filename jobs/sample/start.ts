/** Creates a sample set and enqueues its drawing. */
import type { z } from "zod";
import { checkUpsamplerFits, type SizedModel } from "@/lib/checkpoints/matching-upsamplers";
import { splitWords } from "@/lib/datasets/split-choice";
import { usesClip } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { type Enqueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { drawnCaptions } from "@/lib/samples/drawn-captions";
import { assertClipInstalled } from "@/lib/samples/installed-clip";
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
  if (usesClip(data.settings)) await assertClipInstalled();
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
  const { captionSplit, requested, settings } = checked;
  const { id } = await transaction.sampleSet.create({ data: { ...checked, ...belongsTo } });
  await appendAuditEntry(transaction, {
    action: "sample-set.started",
    subject: { kind: "sample-set", id, name },
    detail: {
      ...{ datasetId, datasetRevision, baseCheckpointId, upsamplerCheckpointId },
      ...{ captionSplit, requested, settings },
    },
  });
  return { sampleSetId: id, jobId: await enqueue(sampleJob, { sampleSetId: id }, id) };
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
