/** How well the demo's CLIP tells images of the world that it has not seen, against captions right and wrong. */
import { readWeights } from "@/lib/engine/runtime/read-weights";
import { decodeImage } from "@/lib/images/decode-image";
import {
  createDemoClipCaptionEncoder,
  createDemoClipImageExtractor,
} from "@/lib/metrics/extractors/demo-clip";
import { IMAGES_PER_BATCH } from "@/lib/metrics/extractors/feature-extractor";
import type { Features } from "@/lib/metrics/features/features";
import { meanInterval, singletons } from "@/lib/metrics/intervals/intervals";
import { clipScores } from "@/lib/metrics/measures/clip-score";
import { nearestByCosine } from "@/lib/metrics/measures/nearest-real";
import { Random } from "@/lib/numerics/random";
import { type Share, toShare } from "../fidelity/count-fidelity";
import { furColours, settings } from "../world/attributes";
import { places } from "../world/captions";
import { drawImageFiles } from "../world/image-files";

/** A mean with its 95% interval over images, each of its own caption. */
type Mean = { readonly mean: number; readonly low: number; readonly high: number };

export type ClipJudgement = {
  /** Of images, those whose nearest caption among "a FUR dog PLACE", all 30 of them, names their fur, and their setting. */
  readonly fur: Share;
  readonly setting: Share;
  /** CLIP score of images with their own first caption. */
  readonly own: Mean;
  /** The same with the first caption of the next image that it is not true of. */
  readonly others: Mean;
  /** Of captions that name the fur, those that score higher than the same caption with another colour, drawn at random. */
  readonly aboveOtherFur: Share;
  /** By how much they do. */
  readonly aboveOtherFurBy: Mean;
};

/**
 * Judges a weights file on images 0 to count - 1 of the held-out set, drawn at 256 px.
 *
 * @param folder of the images; those that are missing are drawn
 */
export async function judgeClip(weightsPath: string, count: number, folder: string): Promise<ClipJudgement> {
  const files = await drawImageFiles("real-held-out", count, { folder, sizePx: 256 });
  const weights = await readWeights(weightsPath);
  const extractor = await createDemoClipImageExtractor(weights, { batch: IMAGES_PER_BATCH, threads: 1 });
  const encoder = await createDemoClipCaptionEncoder(weights, { threads: 1 });
  const values: number[] = [];
  for (let start = 0; start < count; start += IMAGES_PER_BATCH) {
    const batch = files.slice(start, start + IMAGES_PER_BATCH);
    const images = await Promise.all(batch.map(({ path }) => decodeImage(path)));
    values.push(...(await extractor.extract(images)));
  }
  const images: Features = { count, dims: extractor.dims, values: Float32Array.from(values) };
  const embed = async (captions: readonly string[]): Promise<Features> => ({
    count: captions.length,
    dims: encoder.dims,
    values: await encoder.encode(captions),
  });
  const scoresOf = async (captions: readonly string[]) => clipScores(images, await embed(captions));

  const asked = furColours.flatMap((fur) => settings.map((setting) => ({ fur, setting })));
  const plain = await embed(asked.map(({ fur, setting }) => `a ${fur} dog ${places[setting][0]}`));
  const told = nearestByCosine(images, plain).map(({ index }) => asked[index]!);
  const shareOf = (attribute: "fur" | "setting") =>
    toShare({
      right: told.filter((each, i) => each[attribute] === files[i]!.image.shown[attribute]).length,
      total: count,
    });

  const random = new Random(1);
  const captions = files.map(({ image }) => image.captions[0]!);
  const own = await scoresOf(captions.map(({ text }) => text));
  const strangers = files.map(({ image: { shown } }, i) => {
    const isFalse = (other: number) =>
      [...captions[other]!.named].some((name) => files[other]!.image.shown[name] !== shown[name]);
    const later = captions.map((_, step) => (i + step) % count);
    return captions[later.find(isFalse)!]!.text;
  });
  const naming = [...captions.keys()].filter((i) => captions[i]!.named.has("fur"));
  const recoloured = captions.map(({ text }, i) => {
    const { fur, whiteChest } = files[i]!.image.shown;
    const wrong = furColours.filter((colour) => colour !== fur && !(whiteChest && colour === "white"));
    return text.replace(fur, wrong[random.integer(wrong.length)]!);
  });
  const other = await scoresOf(recoloured);
  const advantage = Float64Array.from(naming, (i) => own[i]! - other[i]!);
  const strange = await scoresOf(strangers);
  await extractor.release();
  await encoder.release();
  return {
    fur: shareOf("fur"),
    setting: shareOf("setting"),
    own: meanOf(own),
    others: meanOf(strange),
    aboveOtherFur: toShare({ right: advantage.filter((by) => by > 0).length, total: naming.length }),
    aboveOtherFurBy: meanOf(advantage),
  };
}

function meanOf(values: Float64Array): Mean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const { low, high } = meanInterval(values, singletons(values.length)) ?? { low: mean, high: mean };
  return { mean, low, high };
}
