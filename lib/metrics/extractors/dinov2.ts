/** DINOv2 features of images by transformers.js, from a folder of converted weights. */
import { SemblanceError } from "@/lib/errors";
import { toNormalisedBatch } from "@/lib/images/pixels";
import { resizeBicubic } from "@/lib/images/resize-pillow";
import type { FeatureExtractor } from "./feature-extractor";
import { fullPrecision, type ModelSource, openModelPart } from "./model-source";

/** ImageNet's channel means and deviations, which DINOv2 was trained with. */
const normalisation = { means: [0.485, 0.456, 0.406], deviations: [0.229, 0.224, 0.225] } as const;

/** Images are squashed to this square, as the metric's authors do (Stein et al., NeurIPS 2023, dgm-eval). */
const SIZE_PX = 224;

/** Width of the features of the DINOv2 in a source. Throws as `openModelPart`. */
export async function readDinov2Width(source: ModelSource): Promise<number> {
  const { AutoConfig } = await import("@huggingface/transformers");
  const config = (await openModelPart(source, "DINOv2", (options) =>
    AutoConfig.from_pretrained(source.model, options),
  )) as { hidden_size?: number };
  return config.hidden_size ?? 1024;
}

/**
 * The class token after the last normalisation, of images brought to 224 × 224 by Pillow's bicubic.
 *
 * @throws SemblanceError as `openModelPart`
 */
export async function createDinov2Extractor(source: ModelSource): Promise<FeatureExtractor> {
  const dims = await readDinov2Width(source);
  const { AutoModel, Tensor } = await import("@huggingface/transformers");
  const model = await openModelPart(source, "DINOv2", (options) =>
    AutoModel.from_pretrained(source.model, { ...options, ...fullPrecision }),
  );
  return {
    dims,
    async extract(images) {
      const squares = images.map((image) => resizeBicubic(image, SIZE_PX, SIZE_PX));
      const shape = [images.length, 3, SIZE_PX, SIZE_PX];
      const { last_hidden_state } = await model({
        pixel_values: new Tensor("float32", toNormalisedBatch(squares, normalisation), shape),
      });
      return classTokens(last_hidden_state, source, images.length, dims);
    },
    async release() {
      await model.dispose();
    },
  };
}

/** The first of every image's tokens; the output is [images, tokens, dims]. */
function classTokens(output: unknown, { model }: ModelSource, images: number, dims: number): Float32Array {
  const { data, dims: shape } = (output ?? {}) as { data?: unknown; dims?: number[] };
  if (!(data instanceof Float32Array) || shape?.length !== 3 || shape[0] !== images || shape[2] !== dims) {
    throw new SemblanceError("invalid_file", `The DINOv2 ${model} returns no tokens of ${dims} values.`, {
      remedy: "Use the one that `npx semblance weights get dinov2-vit-l-14` downloads.",
    });
  }
  const tokens = new Float32Array(images * dims);
  for (let i = 0; i < images; i++) {
    const start = i * shape[1]! * dims;
    tokens.set(data.subarray(start, start + dims), i * dims);
  }
  return tokens;
}
