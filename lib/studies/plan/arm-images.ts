/** The image that stands for each caption in each arm of a study, and the captions that all arms share. */
import { photographs } from "@/lib/datasets/photographs";
import { captionsAt, imagesAt } from "@/lib/datasets/revisions/at-revision";
import { db } from "@/lib/platform/database/db";
import { captionKey } from "@/lib/text/caption-key";
import type { ItemArm, ItemCaption } from "./study-items";

type ArmImage = {
  readonly captionId: string;
  /** The photograph or place whose caption it is. */
  readonly imageId: string;
  readonly text: string;
  readonly sha256: string;
  /** Null for photographs. */
  readonly sampleId: string | null;
};

export type ArmImages = {
  readonly armId: string;
  readonly armName: string;
  /** Whose captions they are of; null for an arm without images. */
  readonly datasetId: string | null;
  /** In the order of the dataset, one for each caption. */
  readonly images: readonly ArmImage[];
};

/** A caption that all arms share; `ids` are its own in the dataset of each arm. */
export type SharedCaption = ItemCaption & { readonly ids: readonly string[] };

type Arm = { id: string; name: string; datasetId: string | null; sampleSetId: string | null };

/**
 * A photograph stands for its first caption only, so that a dataset with several captions an image does not show the
 * same photograph again and again; of several samples the lowest seed is taken: choosing the best one would flatter the
 * model.
 */
export async function imagesOfArm(arm: Arm): Promise<ArmImages> {
  const named = { armId: arm.id, armName: arm.name };
  // Two flat queries each: what belongs to a row would be looked up by lists of all ids.
  if (arm.datasetId) {
    const image = { datasetId: arm.datasetId, ...photographs, ...imagesAt("newest") };
    const [captions, photos] = await Promise.all([
      db.caption.findMany({
        where: { ...captionsAt("newest"), image, position: 0 },
        orderBy: { image: { position: "asc" } },
        select: { id: true, text: true, imageId: true },
      }),
      db.image.findMany({ where: image, select: { id: true, blobSha256: true } }),
    ]);
    const sha256Of = new Map(photos.map(({ id, blobSha256 }) => [id, blobSha256!]));
    const images = captions.flatMap(({ id, text, imageId }) => {
      const sha256 = sha256Of.get(imageId);
      return sha256 ? [{ captionId: id, imageId, text, sha256, sampleId: null }] : [];
    });
    return { ...named, datasetId: arm.datasetId, images };
  }
  const sampleSetId = arm.sampleSetId!;
  const [samples, captions, { datasetId }] = await Promise.all([
    db.sample.findMany({
      where: { sampleSetId },
      orderBy: [
        { caption: { image: { position: "asc" } } },
        { caption: { position: "asc" } },
        { seed: "asc" },
      ],
      select: { id: true, captionId: true, blobSha256: true },
    }),
    db.caption.findMany({
      where: { samples: { some: { sampleSetId } } },
      select: { id: true, text: true, imageId: true },
    }),
    db.sampleSet.findUniqueOrThrow({ where: { id: sampleSetId }, select: { datasetId: true } }),
  ]);
  const captionOf = new Map(captions.map((caption) => [caption.id, caption]));
  const first = new Map<string, ArmImage>();
  for (const { id, captionId, blobSha256 } of samples) {
    const caption = captionOf.get(captionId);
    if (!caption || first.has(captionId)) continue;
    const { text, imageId } = caption;
    first.set(captionId, { captionId, imageId, text, sha256: blobSha256, sampleId: id });
  }
  return { ...named, datasetId: first.size > 0 ? datasetId : null, images: [...first.values()] };
}

/**
 * Captions of one dataset are told apart by image and text, so that a text that was edited and restored is the same one;
 * those of several by their texts (see `captionKey`). Where a text is there several times, its first one meets the first one
 * of the others, and so on.
 *
 * @returns captions in the order of the first arm, and each arm's images by the id that the caption has there
 */
export function shareCaptions(arms: readonly ArmImages[]): { captions: SharedCaption[]; arms: ItemArm[] } {
  const isOneDataset = new Set(arms.map(({ datasetId }) => datasetId)).size === 1;
  const byKey = arms.map(({ images }) => keyed(images, isOneDataset));
  const [first, ...others] = byKey;
  const captions = [...(first ?? [])].flatMap(([key, { captionId, text }]): SharedCaption[] => {
    const rest = others.map((images) => images.get(key));
    if (rest.some((image) => image === undefined)) return [];
    return [{ id: captionId, text, ids: [captionId, ...rest.map((image) => image!.captionId)] }];
  });
  return {
    captions,
    arms: arms.map(({ armId, images }, at) => {
      const sha256Of = new Map(images.map(({ captionId, sha256 }) => [captionId, sha256]));
      return {
        armId,
        sha256ByCaption: new Map(captions.map(({ id, ids }) => [id, sha256Of.get(ids[at]!)!])),
      };
    }),
  };
}

function keyed(images: readonly ArmImage[], isOneDataset: boolean): Map<string, ArmImage> {
  const seen = new Map<string, number>();
  return new Map(
    images.map((image) => {
      const text = isOneDataset ? `${image.imageId} ${image.text}` : captionKey(image.text);
      const count = seen.get(text) ?? 0;
      seen.set(text, count + 1);
      return [`${count} ${text}`, image];
    }),
  );
}
