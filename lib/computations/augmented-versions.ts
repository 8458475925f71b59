/** Images of a dataset as a fine-tune with these settings would see them. */
import { prepareTrainingImages } from "@/lib/datasets/training/prepare-training-images";
import { newestRevision, trainingImagesOf, vocabularyOf } from "@/lib/datasets/training/training-images-of";
import { augmentationTable } from "@/lib/diffusion/training/augmentation/registry";
import { type AugmentedVersion, drawVersions } from "@/lib/diffusion/training/augmented-versions";
import type { ShownImage, ShownVersion, VersionsInput } from "@/lib/fine-tunes/preparation-fields";
import { encodePng } from "@/lib/images/encode-png";
import type { ComputationContext } from "@/lib/platform/computing/computation";
import { LocalFiles } from "@/lib/platform/storage/local-files";

/** Versions of each image, and images where none are chosen. */
const versionCount = 8;
const imageCount = 3;

export async function compute(
  { datasetId, settings, sizePx, imageIds }: VersionsInput,
  { tell }: ComputationContext,
): Promise<ShownImage[]> {
  const rows = await trainingImagesOf(datasetId, await newestRevision(datasetId));
  const chosen =
    imageIds.length > 0 ? rows.filter(({ id }) => imageIds.includes(id)) : rows.slice(0, imageCount);
  const { images } = prepareTrainingImages(
    chosen,
    { ...settings, balanceAttributes: [], balanceStrength: 0 },
    await vocabularyOf(datasetId),
  );
  const files = new LocalFiles();
  const shown: ShownImage[] = [];
  try {
    for (const { id, name, blobSha256, captions, ...prepared } of images) {
      const file = { ...prepared, path: await files.imagePathOf(blobSha256), name, captions };
      const { plain, versions } = await drawVersions(file, versionCount, {
        ...settings,
        sizePx,
        place: shown.length,
      });
      shown.push({ id, name, plain: await show(plain), versions: await Promise.all(versions.map(show)) });
      tell(shown.length / images.length);
    }
  } finally {
    await files.release();
  }
  return shown;
}

async function show({ image, caption, augmentations }: AugmentedVersion): Promise<ShownVersion> {
  const png = await encodePng(image);
  return {
    png: `data:image/png;base64,${png.toString("base64")}`,
    caption,
    changes: augmentations
      .map(({ name, amount }) => {
        const { title, range } = augmentationTable[name];
        if (range === null) return title.toLowerCase();
        const unit = range.unit === undefined || range.unit === "of 1" ? "" : range.unit === "°" ? "°" : "%";
        return `${title.toLowerCase()} ${Number(amount.toPrecision(2))}${unit}`;
      })
      .join(", "),
  };
}
