/** SSCD descriptors of images: close to each other if one image is a copy of the other. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { createSession } from "@/lib/engine/runtime/session";
import { toNormalisedBatch } from "@/lib/images/pixels";
import { resizeAntialiasedBilinear } from "@/lib/images/resize-pillow";
import { type FeatureExtractor, IMAGES_PER_BATCH } from "./feature-extractor";
import { buildSscdNetwork, foldSscdWeights, sscdDims } from "./sscd-network";

/** ImageNet's channel means and deviations, which SSCD was trained with. */
const normalisation = { means: [0.485, 0.456, 0.406], deviations: [0.229, 0.224, 0.225] } as const;

/** Its authors resize the short side to this, or, as here, the whole image to a square. */
const SIDE_PX = 288;

/**
 * Descriptors of 512 values of images brought to 288 × 288 by Pillow's bilinear; their cosine is the similarity.
 *
 * @param weights under the names of `sscd_disc_mixup.torchvision.pt`
 * @throws SemblanceError `missing_tensor`, `shape_mismatch` where the weights are not this network's
 */
export async function createSscdExtractor(
  weights: WeightSource,
  { provider = "cpu", batch = IMAGES_PER_BATCH }: { provider?: ExecutionProvider; batch?: number } = {},
): Promise<FeatureExtractor> {
  const session = await createSession(buildSscdNetwork(batch, SIDE_PX), {
    weights: foldSscdWeights(weights),
    provider,
  });
  const input = new Float32Array(batch * 3 * SIDE_PX * SIDE_PX);
  return {
    dims: sscdDims,
    async extract(images) {
      const squares = images.map((image) => resizeAntialiasedBilinear(image, SIDE_PX, SIDE_PX));
      input.set(toNormalisedBatch(squares, normalisation));
      const { descriptors } = await session.run({ images: input });
      return (descriptors as Float32Array).slice(0, images.length * sscdDims);
    },
    release: () => session.release(),
  };
}
