/** Creates an evaluation of a sample set against real photographs and enqueues it. */
import type { z } from "zod";
import { photographs } from "@/lib/datasets/photographs";
import { splitWords } from "@/lib/datasets/split-choice";
import { SemblanceError } from "@/lib/errors";
import { startEvaluationInput } from "@/lib/evaluations/evaluation-fields";
import { comparesBaseImages } from "@/lib/evaluations/evaluation-side";
import { type Compared, scoredPhotographs, scoredSamples } from "@/lib/evaluations/scored-images";
import { photographWords } from "@/lib/evaluations/scored-part";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { evaluateJob } from "./job";

/**
 * @throws SemblanceError `not_found` or `conflict` for a sample set or dataset that cannot be used; `invalid_input` for a
 *   side that its images do not have, or a split or categories without images; each with the form's field in `details.field`
 */
export async function startEvaluation(
  input: z.input<typeof startEvaluationInput>,
): Promise<{ evaluationId: string; jobId: string }> {
  const { sampleSetId, datasetId, split, captionCategories, metrics, sidePx } =
    startEvaluationInput.parse(input);
  const set = await db.sampleSet.findUnique({
    where: { id: sampleSetId },
    include: { baseCheckpoint: true, upsamplerCheckpoint: true },
  });
  if (set?.state !== "SUCCEEDED") {
    throw new SemblanceError(
      set ? "conflict" : "not_found",
      set ? `“${set.name}” is not finished.` : "There is no such sample set.",
      {
        remedy: set
          ? "Wait until it is done. Scores from different numbers of images are not comparable."
          : undefined,
        details: { field: "sampleSetId" },
      },
    );
  }
  comparesBaseImages(set, sidePx);
  const realId = datasetId ?? set.datasetId;
  const real = await db.dataset.findUnique({ where: { id: realId } });
  if (real?.state !== "READY") {
    throw new SemblanceError(
      real ? "conflict" : "not_found",
      real ? `The dataset “${real.name}” is not ready.` : "There is no such dataset.",
      { remedy: "Choose one whose import has succeeded.", details: { field: "datasetId" } },
    );
  }
  const compared = { datasetId: realId, datasetRevision: real.revision, split, captionCategories };
  await checkPart(compared, set, real.name);
  return transactionWithJobs(async (transaction, enqueue) => {
    const { id } = await transaction.evaluation.create({
      data: { sampleSetId, ...compared, metrics, sidePx },
    });
    await appendAuditEntry(transaction, {
      action: "evaluation.started",
      subject: { kind: "evaluation", id, name: set.name },
      detail: { sampleSetId, ...compared, metrics, sidePx },
    });
    return { evaluationId: id, jobId: await enqueue(evaluateJob, { evaluationId: id }, id) };
  });
}

async function checkPart(
  compared: Compared,
  set: { id: string; datasetId: string; name: string },
  datasetName: string,
): Promise<void> {
  const { split, captionCategories } = compared;
  if (split !== null) {
    await checkPhotographs({ ...compared, captionCategories: [] }, set, datasetName, "split");
    await checkSamples({ ...compared, captionCategories: [] }, set, "split");
  }
  if (captionCategories.length === 0) return;
  await checkSamples(compared, set, "captionCategories");
  // Captions alone are compared with no photographs.
  const real = { datasetId: compared.datasetId, ...photographs };
  if ((await db.image.count({ where: real })) === 0) return;
  await checkPhotographs(compared, set, datasetName, "captionCategories");
}

async function checkPhotographs(
  compared: Compared,
  set: { datasetId: string },
  datasetName: string,
  field: "split" | "captionCategories",
): Promise<void> {
  if ((await db.image.count({ where: scoredPhotographs(compared, set) })) > 0) return;
  throw new SemblanceError("invalid_input", `“${datasetName}” has no ${photographWords(compared)}.`, {
    remedy:
      field === "split"
        ? "Split the dataset on its page, or compare with all photographs."
        : "Choose other categories, or none.",
    details: { field },
  });
}

async function checkSamples(
  compared: Compared,
  set: { id: string; datasetId: string; name: string },
  field: "split" | "captionCategories",
): Promise<void> {
  if ((await db.sample.count({ where: scoredSamples(compared, set) })) > 0) return;
  const { split, captionCategories } = compared;
  const whose = [
    ...(captionCategories.length > 0 ? [captionCategories.join(" or ")] : []),
    ...(split === null ? [] : [`${splitWords[split]} images`]),
  ].join(" of ");
  throw new SemblanceError("invalid_input", `“${set.name}” has no samples for captions of ${whose}.`, {
    remedy: `Draw samples for these captions, or ${field === "split" ? "compare with all photographs" : "choose other categories"}.`,
    details: { field },
  });
}
