/** Grounding: whether each word of a caption is found in an image as it is in its photograph, pair by pair. */
import { SemblanceError } from "@/lib/errors";
import { describeLeftOut } from "@/lib/images/left-out";
import { counted } from "@/lib/text/counted";
import { groundCaptions, openGroundingNetwork, releaseGroundingNetwork } from "../grounding/ground-captions";
import { locateAtSide, withoutCaptions } from "../inputs/feature-source";
import { clusterByCaption } from "../intervals/caption-clusters";
import { describeInterval, warnOfOneCaption } from "../intervals/interval-target";
import { meanInterval } from "../intervals/intervals";
import type { ImageMeasure } from "./measure";

const intervalOf = "mean-given-real";

/** TIGEr's agreements, but of words over CLIP's patches instead of SCAN's regions: not the published metric. */
const recipe = {
  statistic: "mean of TIGEr's rank and weight agreement, over words' best-matching patches",
};

/** Uses only generated images with a caption and a known photograph. */
export const groundingMeasure: ImageMeasure = { intervalOf, recipe, score };

async function score(
  ...[metric, input, source]: Parameters<ImageMeasure["score"]>
): ReturnType<ImageMeasure["score"]> {
  const realFiles = new Map(input.real.map((file) => [file.id, file]));
  const { generated: clusters } = clusterByCaption(input);
  const paired = input.generated.flatMap((file, at) => {
    const { id, caption, realId } = file;
    const real = realFiles.get(realId ?? "");
    return real && realId && caption?.trim()
      ? [{ id, realId, generated: file, real, caption: caption.trim(), cluster: clusters[at]! }]
      : [];
  });
  if (paired.length === 0) {
    throw new SemblanceError("invalid_input", "No generated image has a real image with the same caption.", {
      remedy: "Give real images under the same names, or with the same captions next to them.",
    });
  }
  const located = await locateAtSide(metric.features, input);
  if (!located.clip) throw withoutCaptions(located);
  // Free the network in memory; this metric opens its own.
  await source.release();
  const network = await openGroundingNetwork(located.clip);
  try {
    const { grounded, leftOut } = await groundCaptions(network, paired, {
      sidePx: input.sidePx,
      signal: input.signal,
      onProgress: (done) => input.onProgress?.({ stage: metric.title, done, total: paired.length }),
    });
    source.addLeftOut(leftOut);
    if (grounded.length === 0) {
      throw new SemblanceError("invalid_input", `None of the pairs could be read: ${leftOut[0]!.reason}`, {
        remedy: "Check the files that were left out.",
      });
    }
    const perImage = grounded.map(({ pair, score, heatMaps }) => {
      const { id, realId } = paired[pair]!;
      return { id, value: score, nearest: realId, heatMaps };
    });
    const ofGrounded = Int32Array.from(grounded, ({ pair }) => paired[pair]!.cluster);
    const interval = meanInterval(
      grounded.map(({ score }) => score),
      ofGrounded,
    );
    const unpaired = input.generated.length - paired.length;
    return {
      metric: metric.name,
      value: grounded.reduce((sum, { score }) => sum + score, 0) / grounded.length,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      n1: new Set(perImage.map(({ nearest }) => nearest)).size,
      n2: grounded.length,
      recipe: {
        title: metric.title,
        ...located.recipe,
        ...recipe,
        ...describeInterval(intervalOf, ofGrounded),
        seed: input.seed ?? 0,
      },
      warnings: [
        ...(unpaired > 0
          ? [
              `${counted(unpaired, "image without a caption or its photograph was", "images without a caption or its photograph were")} left out.`,
            ]
          : []),
        ...(leftOut.length > 0 ? [describeLeftOut(leftOut, ["image", "images"])] : []),
        ...warnOfOneCaption(ofGrounded),
      ],
      remedy: null,
      perImage,
    };
  } finally {
    await releaseGroundingNetwork(network);
  }
}
