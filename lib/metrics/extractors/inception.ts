/** Features of images by the FID Inception network, prepared as one of three published implementations does. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { createSession } from "@/lib/engine/runtime/session";
import { type Planes, type RgbImage, toPlanes } from "@/lib/images/pixels";
import { resizeBilinear } from "@/lib/images/resize-bilinear";
import { resizeBicubicPlanes } from "@/lib/images/resize-pillow";
import type { InceptionDialect, InceptionLayer } from "../catalogue/feature-spec";
import { type FeatureExtractor, PICTURES_PER_BATCH } from "./feature-extractor";
import { buildInceptionNetwork, foldInceptionWeights, inceptionInputSize } from "./inception-network";

/** FID values differ between dialects by more than models do, so every score names its own. */
const prepare: Record<InceptionDialect, (picture: RgbImage) => Planes> = {
  tensorflow: (picture) =>
    scaled(
      resizeBilinear(toPlanes(picture), inceptionInputSize, inceptionInputSize, "tensorflow-1"),
      128,
      128,
    ),
  "pytorch-fid": (picture) =>
    scaled(
      resizeBilinear(toPlanes(picture), inceptionInputSize, inceptionInputSize, "half-pixel"),
      127.5,
      127.5,
    ),
  clean: (picture) =>
    scaled(resizeBicubicPlanes(toPlanes(picture), inceptionInputSize, inceptionInputSize), 128, 128),
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
    batch = PICTURES_PER_BATCH,
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
  const pictureLength = 3 * inceptionInputSize * inceptionInputSize;
  const input = new Float32Array(batch * pictureLength);
  return {
    dims,
    async extract(pictures) {
      pictures.forEach((picture, i) => {
        input.set(prepare[dialect](picture).data, i * pictureLength);
      });
      const { [name]: features } = await session.run({ pictures: input });
      return (features as Float32Array).slice(0, pictures.length * dims);
    },
    release: () => session.release(),
  };
}
