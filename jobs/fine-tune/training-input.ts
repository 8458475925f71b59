/** What a training is told of a run: its images as files of this machine, and the model that it starts from. */
import { type Preparation, prepareTrainingImages } from "@/lib/datasets/training/prepare-training-images";
import { vocabularyOf } from "@/lib/datasets/training/training-images-of";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import {
  captionedPhotographs,
  classImageFiles,
  imageSources,
  type SourceFile,
} from "@/lib/fine-tunes/image-sources";
import type { Checkpoint, FineTune } from "@/lib/generated/prisma/client";
import type { LocalFiles } from "@/lib/platform/storage/local-files";
import type { TrainInput } from "./engine";

type Run = Pick<FineTune, "part" | "datasetId" | "datasetRevision" | "wordListVersion"> & {
  readonly settings: unknown;
  readonly imageSources: unknown;
  readonly startCheckpoint: Checkpoint | null;
};

/**
 * @param files holds them until whoever made it releases them
 * @throws SemblanceError as prepareTrainingImages, and for files that the store no longer has
 */
export async function openTrainingInput(
  run: Run,
  files: LocalFiles,
): Promise<{
  input: Omit<TrainInput, "directory" | "provider" | "providerRefusal" | "classImageFolder">;
  preparation: Omit<Preparation<SourceFile>, "images">;
}> {
  const { datasetId, datasetRevision, startCheckpoint } = run;
  const source = { datasetId, revision: datasetRevision, split: "TRAINING" } as const;
  const found = await captionedPhotographs(source, files);
  const sources = run.imageSources === null ? null : imageSources.parse(run.imageSources);
  const validationImages = sources?.validation && (await captionedPhotographs(sources.validation, files));
  const classImages = sources?.classImages && (await classImageFiles(sources.classImages, files));
  const settings = fineTuneSettings.parse(run.settings);
  const vocabulary = await vocabularyOf(datasetId, run.wordListVersion);
  const { images, ...preparation } = prepareTrainingImages(found, settings, vocabulary);
  return {
    preparation,
    input: {
      part: run.part === "BASE" ? "base" : "upsampler",
      startWeightsPath: startCheckpoint && (await files.pathOf(startCheckpoint.blobSha256)),
      startSha256: startCheckpoint?.blobSha256 ?? null,
      startKey: startCheckpoint?.weightsKey ?? null,
      options: (startCheckpoint?.options as Record<string, unknown> | undefined) ?? null,
      images,
      ...(validationImages && { validationImages }),
      ...(classImages && { classImages }),
      settings,
    },
  };
}
