/** Checks what somebody asks of a fine-tune, and settles everything that it depends on. */
import type { z } from "zod";
import { checkUpsamplerFits, type SizedModel } from "@/lib/checkpoints/matching-upsamplers";
import { getWordLists } from "@/lib/datasets/audit/dataset-word-lists";
import { photographs } from "@/lib/datasets/photographs";
import { captionsAt, imagesAt } from "@/lib/datasets/revisions/at-revision";
import { splitWords } from "@/lib/datasets/split-choice";
import { checkAttributes } from "@/lib/datasets/training/balance-weights";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import {
  type ContradictionContext,
  findContradictions,
} from "@/lib/diffusion/training/contradicting-settings";
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { type Compared, scoredPhotographs } from "@/lib/evaluations/scored-images";
import { startFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { findImageSources, type ImageSources } from "@/lib/fine-tunes/image-sources";
import type { RunEvaluation } from "@/lib/fine-tunes/run-evaluation";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";

type FineTunePlan = {
  name: string;
  part: ModelPart;
  datasetId: string;
  datasetRevision: number;
  wordListVersion: number;
  startCheckpointId: string | null;
  settings: FineTuneSettings;
  imageSources: ImageSources;
  evaluation: RunEvaluation | null;
  /** Of the dataset that its models are evaluated with; null where they are not. */
  evaluatedRevision: number | null;
};

/**
 * @throws SemblanceError `not_found` or `conflict` for a dataset or model that cannot be used; `invalid_input` for a
 *   model of the other part, or settings that contradict each other; each with the form's field in `details.field`
 */
export async function planFineTune(given: z.input<typeof startFineTuneInput>): Promise<FineTunePlan> {
  const { name, part, datasetId, startCheckpointId, evaluation, ...input } = startFineTuneInput.parse(given);
  const { revision: datasetRevision } = await checkDataset(datasetId);
  await checkPhotographs(datasetId, datasetRevision);
  const start = startCheckpointId ? await checkStart(startCheckpointId, part) : null;
  const image = { datasetId, ...photographs, ...imagesAt(datasetRevision, "TRAINING") };
  const trained = start ?? {
    name: `A new ${input.settings.preset} model`,
    options: presetOptions(input.settings.preset, part === "BASE" ? "base" : "upsampler"),
  };
  checkContradictions(input.settings, {
    isFromScratch: startCheckpointId === null,
    isUpsampler: part === "UPSAMPLER",
    imageCount: await db.image.count({ where: image }),
    readsCaptions: (trained.options as { xf_width: number }).xf_width > 0,
    ...(input.settings.consistencyWeight > 0 && {
      hasPairedImages: await hasPairedImages(image, datasetRevision),
    }),
  });
  const imageSources = await findImageSources(input.settings, { datasetId, revision: datasetRevision });
  const evaluatedRevision = evaluation
    ? await checkEvaluation(evaluation, part, trained, input.settings.epochs, {
        datasetId,
        datasetRevision,
      })
    : null;
  const { version: wordListVersion, lists } = await getWordLists(datasetId);
  checkAttributes(lists, input.settings.balanceAttributes);
  const settings = { ...input.settings, keepEpochs: keptEpochs(input.settings.keepEpochs, evaluation) };
  return {
    name,
    part,
    datasetId,
    datasetRevision,
    wordListVersion,
    startCheckpointId,
    settings,
    imageSources,
    evaluation,
    evaluatedRevision,
  };
}

/** @throws SemblanceError `invalid_input` at the field of the first that contradicts another */
function checkContradictions(settings: FineTuneSettings, context: ContradictionContext): void {
  const [first] = findContradictions(settings, context);
  if (first === undefined) return;
  const { option, message, remedy } = first;
  throw new SemblanceError("invalid_input", message, { remedy, details: { field: `settings.${option}` } });
}

async function hasPairedImages(image: Prisma.ImageWhereInput, revision: number): Promise<boolean> {
  const paired = await db.caption.groupBy({
    by: "imageId",
    where: { image, ...captionsAt(revision) },
    having: { text: { _count: { gt: 1 } } },
    orderBy: { imageId: "asc" },
    take: 1,
  });
  return paired.length > 0;
}

/** Weights that are to be evaluated must be kept. */
function keptEpochs(keepEpochs: readonly number[], evaluation: RunEvaluation | null): number[] {
  return [...new Set([...keepEpochs, ...(evaluation?.atEpochs ?? [])])].sort((a, b) => a - b);
}

/** @returns the revision of the dataset that the run's models are evaluated with */
async function checkEvaluation(
  { atEpochs, datasetId, split, otherPartId, sidesPx }: RunEvaluation,
  part: ModelPart,
  trained: SizedModel,
  epochs: number,
  { datasetId: trainedOn, datasetRevision: ownRevision }: { datasetId: string; datasetRevision: number },
): Promise<number> {
  const late = atEpochs.find((epoch) => epoch > epochs);
  if (late !== undefined) {
    throw new SemblanceError("invalid_input", `There is no epoch ${late}: the run ends after ${epochs}.`, {
      remedy: "Evaluate at earlier epochs, or train longer.",
      details: { field: "evaluation.atEpochs" },
    });
  }
  const revision = datasetId ? (await checkDataset(datasetId, "evaluation.datasetId")).revision : ownRevision;
  await checkSplit({
    datasetId: datasetId ?? trainedOn,
    datasetRevision: revision,
    split,
    captionCategories: [],
  });
  const other = otherPartId ? await db.checkpoint.findUnique({ where: { id: otherPartId } }) : null;
  const field = "evaluation.otherPartId";
  if (otherPartId && (!other || other.part === part)) {
    throw new SemblanceError(
      other ? "invalid_input" : "not_found",
      other ? `“${other.name}” is the same part as the one being trained.` : "There is no such model.",
      { remedy: "Choose a model of the other part.", details: { field } },
    );
  }
  if (part === "UPSAMPLER" && !other) {
    throw new SemblanceError("invalid_input", "An upsampler cannot be evaluated without a base model.", {
      remedy: "Choose the base model whose samples it upsamples.",
      details: { field },
    });
  }
  if (other && part === "BASE") checkUpsamplerFits(trained, other, field);
  if (other && part === "UPSAMPLER") checkUpsamplerFits(other, trained, field);
  if (part === "BASE" && !other && sidesPx.includes(256)) {
    throw new SemblanceError("invalid_input", "Without an upsampler there are no images of 256 px.", {
      remedy: "Choose an upsampler, or evaluate at 64 px.",
      details: { field },
    });
  }
  return revision;
}

/** @throws SemblanceError `invalid_input` where no photograph is of the split that the run is to be judged by */
async function checkSplit(compared: Compared): Promise<void> {
  const where = scoredPhotographs(compared, compared);
  if (compared.split === null || (await db.image.count({ where })) > 0) return;
  throw new SemblanceError(
    "invalid_input",
    `The dataset that the run is evaluated with has no ${splitWords[compared.split]} photographs.`,
    {
      remedy: "Split it on its page, or evaluate with all photographs.",
      details: { field: "evaluation.split" },
    },
  );
}

/** @throws SemblanceError `conflict` for captions alone, or where all photographs are held out or excluded */
async function checkPhotographs(datasetId: string, revision: number): Promise<void> {
  const image = { datasetId };
  const training = { ...image, ...photographs, ...imagesAt(revision, "TRAINING") };
  if ((await db.image.count({ where: training })) > 0) return;
  if ((await db.image.count({ where: image })) === 0) return;
  if ((await db.image.count({ where: { ...image, ...photographs } })) > 0) {
    throw new SemblanceError("conflict", "All photographs of the dataset are held out or excluded.", {
      remedy: "Split the dataset anew, or restore images, on its page.",
      details: { field: "datasetId" },
    });
  }
  throw new SemblanceError("conflict", "The dataset has captions but no photographs to learn from.", {
    remedy: "Choose a dataset with photographs.",
    details: { field: "datasetId" },
  });
}

async function checkDataset(id: string, field = "datasetId"): Promise<{ revision: number }> {
  const dataset = await db.dataset.findUnique({ where: { id } });
  if (!dataset) {
    throw new SemblanceError("not_found", "There is no such dataset.", {
      remedy: "Choose another one; this one was deleted.",
      details: { field },
    });
  }
  if (dataset.state === "READY") return dataset;
  throw new SemblanceError("conflict", `The dataset “${dataset.name}” is not ready.`, {
    remedy: dataset.state === "IMPORTING" ? "Wait until its import is done." : "Import it again; it failed.",
    details: { field },
  });
}

async function checkStart(id: string, part: ModelPart): Promise<SizedModel> {
  const checkpoint = await db.checkpoint.findUnique({ where: { id } });
  if (!checkpoint) {
    throw new SemblanceError("not_found", "There is no such model.", {
      remedy: "Choose another one; this one was deleted.",
      details: { field: "startCheckpointId" },
    });
  }
  if (checkpoint.part === part) return checkpoint;
  throw new SemblanceError(
    "invalid_input",
    part === "BASE"
      ? `“${checkpoint.name}” is an upsampler, not a base model.`
      : `“${checkpoint.name}” is a base model, not an upsampler.`,
    { remedy: "Choose a model of the part that you train.", details: { field: "startCheckpointId" } },
  );
}
