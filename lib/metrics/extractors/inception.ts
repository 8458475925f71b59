/** Features of images by the FID Inception network, with the preprocessing of one of three published implementations. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { createSession } from "@/lib/engine/runtime/session";
import { type Planes, type RgbImage, toPlanes } from "@/lib/images/pixels";
import { resizeBilinear } from "@/lib/images/resize-bilinear";
import { resizeBicubicPlanes } from "@/lib/images/resize-pillow";
import type { InceptionDialect, InceptionLayer } from "../catalogue/feature-spec";
import { type FeatureExtractor, IMAGES_PER_BATCH } from "./feature-extractor";
import { buildInceptionNetwork, foldInceptionWeights, inceptionInputSize } from "./inception-network";

/** FID values differ more between dialects than between models, so every score names its dialect. */
const prepare: Record<InceptionDialect, (image: RgbImage) => Planes> = {
  tensorflow: (image) =>
    scaled(resizeBilinear(toPlanes(image), inceptionInputSize, inceptionInputSize, "tensorflow-1"), 128, 128),
  "pytorch-fid": (image) =>
    scaled(
      resizeBilinear(toPlanes(image), inceptionInputSize, inceptionInputSize, "half-pixel"),
      127.5,
      127.5,
    ),
  clean: (image) =>
    scaled(resizeBicubicPlanes(toPlanes(image), inceptionInputSize, inceptionInputSize), 128, 128),
};

/** (clip(x, 0, 255) - offset) / divisor, in place. */
function scaled(planes: Planes, offset: number, divisor: number): Planes {
  const { data } = planes;
  for (let i = 0; i < data.length; i++) data[i] = (Math.min(255, Math.max(0, data[i]!)) - offset) / divisor;
  return planes;
}

/**
 * Opens the network with weights under pytorch-fid's tensor names.
 *
 * @param output the layer to read: its width, or the class scores
 * @param batch images per run
 * @throws SemblanceError `missing_tensor`, `shape_mismatch` where the weights are not this network's
 */
export async function createInceptionExtractor(
  weights: WeightSource,
  {
    dialect,
    output = 2048,
    provider = "cpu",
    threads,
    batch = IMAGES_PER_BATCH,
  }: {
    dialect: InceptionDialect;
    output?: InceptionLayer | "logits";
    provider?: ExecutionProvider;
    threads?: number;
    batch?: number;
  },
): Promise<FeatureExtractor> {
  const graph = buildInceptionNetwork(batch, [output]);
  const name = String(output);
  const dims = graph.outputs.get(name)!.shape[1]!;
  const session = await createSession(graph, { weights: foldInceptionWeights(weights), provider, threads });
  const imageLength = 3 * inceptionInputSize * inceptionInputSize;
  const input = new Float32Array(batch * imageLength);
  return {
    dims,
    async extract(images) {
      images.forEach((image, i) => {
        input.set(prepare[dialect](image).data, i * imageLength);
      });
      const { [name]: features } = await session.run({ images: input });
      return (features as Float32Array).slice(0, images.length * dims);
    },
    release: () => session.release(),
  };
}
