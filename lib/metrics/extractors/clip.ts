/** CLIP embeddings of images and captions by transformers.js, from a folder of converted weights. */
import { SemblanceError } from "@/lib/errors";
import { cropCentre, type RgbImage, toNormalisedBatch } from "@/lib/images/pixels";
import { resizeBicubic, resizeShortSide } from "@/lib/images/resize-pillow";
import type { ClipFraming } from "../catalogue/feature-spec";
import type { FeatureExtractor } from "./feature-extractor";
import { fullPrecision, type ModelSource, openModelPart } from "./model-source";

export interface ClipCaptionEncoder {
  readonly dims: number;
  /** Embeddings, row-major [captions, dims], not normalised. Tokens beyond the context are cut, the end mark kept. */
  encode(captions: readonly string[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Mean and deviation of the training images' channels, 0 to 1 (openai/CLIP). */
export const clipNormalisation = {
  means: [0.48145466, 0.4578275, 0.40821073],
  deviations: [0.26862954, 0.26130258, 0.27577711],
} as const;

/**
 * Opens the image tower of a CLIP (config.json, onnx/vision_model.onnx).
 *
 * @throws SemblanceError `invalid_file` naming a folder, `unavailable` naming an id, that cannot be opened as a CLIP
 */
export async function createClipImageExtractor(
  source: ModelSource,
  framing: ClipFraming,
): Promise<FeatureExtractor> {
  const { sizePx, dims } = await readClipConfig(source);
  const { CLIPVisionModelWithProjection, Tensor } = await import("@huggingface/transformers");
  const model = await openModelPart(source, "CLIP", (options) =>
    CLIPVisionModelWithProjection.from_pretrained(source.model, { ...options, ...fullPrecision }),
  );
  return {
    dims,
    async extract(images) {
      const framed = images.map((image) => frameForClip(image, sizePx, framing));
      const tensor = new Tensor("float32", toNormalisedBatch(framed, clipNormalisation), [
        images.length,
        3,
        sizePx,
        sizePx,
      ]);
      const { image_embeds } = await model({ pixel_values: tensor });
      return embeddingOf(image_embeds, source, "image_embeds", images.length * dims);
    },
    async release() {
      await model.dispose();
    },
  };
}

/**
 * Opens the caption tower of a CLIP (config.json, tokenizer.json, onnx/text_model.onnx).
 *
 * @throws SemblanceError as `createClipImageExtractor`
 */
export async function createClipCaptionEncoder(
  source: ModelSource,
  { batch = 32 }: { batch?: number } = {},
): Promise<ClipCaptionEncoder> {
  const { contextLength, dims } = await readClipConfig(source);
  const { AutoTokenizer, CLIPTextModelWithProjection, Tensor } = await import("@huggingface/transformers");
  const tokenizer = await openModelPart(source, "CLIP", (options) =>
    AutoTokenizer.from_pretrained(source.model, options),
  );
  const model = await openModelPart(source, "CLIP", (options) =>
    CLIPTextModelWithProjection.from_pretrained(source.model, { ...options, ...fullPrecision }),
  );
  return {
    dims,
    async encode(captions) {
      const embeddings = new Float32Array(captions.length * dims);
      for (let start = 0; start < captions.length; start += batch) {
        const tokens = captions
          .slice(start, start + batch)
          .map((caption) => cutKeepingEnd(tokenizer.encode(caption), contextLength));
        const { ids, mask, width } = padTokens(tokens);
        const shape = [tokens.length, width];
        const { text_embeds } = await model({
          input_ids: new Tensor("int64", ids, shape),
          attention_mask: new Tensor("int64", mask, shape),
        });
        embeddings.set(embeddingOf(text_embeds, source, "text_embeds", tokens.length * dims), start * dims);
      }
      return embeddings;
    },
    async release() {
      await model.dispose();
    },
  };
}

/** The last token is the end mark, at whose place CLIP reads its embedding: cut before it, never through it. */
export function cutKeepingEnd(tokens: readonly number[], contextLength: number): number[] {
  if (tokens.length <= contextLength) return [...tokens];
  return [...tokens.slice(0, contextLength - 1), tokens.at(-1)!];
}

/** Rows of equal width. Padding repeats the end mark: the embedding is read at the first, and nothing looks ahead. */
function padTokens(tokens: readonly number[][]): { ids: BigInt64Array; mask: BigInt64Array; width: number } {
  const width = Math.max(...tokens.map((row) => row.length));
  const ids = new BigInt64Array(tokens.length * width);
  const mask = new BigInt64Array(tokens.length * width);
  tokens.forEach((row, i) => {
    for (let j = 0; j < width; j++) {
      ids[i * width + j] = BigInt(row[j] ?? row.at(-1)!);
      mask[i * width + j] = j < row.length ? 1n : 0n;
    }
  });
  return { ids, mask, width };
}

/** The square of `sizePx` that is CLIP's input. */
export function frameForClip(image: RgbImage, sizePx: number, framing: ClipFraming): RgbImage {
  if (framing === "resize-crop") return cropCentre(resizeShortSide(image, sizePx), sizePx);
  const side = Math.min(image.width, image.height);
  return resizeBicubic(cropCentre(image, side, Math.floor), sizePx, sizePx);
}

/**
 * Side of the images, tokens per caption, and width of the embeddings.
 *
 * @throws SemblanceError as `createClipImageExtractor`
 */
export async function readClipConfig(
  source: ModelSource,
): Promise<{ sizePx: number; contextLength: number; dims: number }> {
  const { AutoConfig } = await import("@huggingface/transformers");
  const config = (await openModelPart(source, "CLIP", (options) =>
    AutoConfig.from_pretrained(source.model, options),
  )) as {
    vision_config?: { image_size?: number };
    text_config?: { max_position_embeddings?: number };
    projection_dim?: number;
  };
  return {
    sizePx: config.vision_config?.image_size ?? 224,
    contextLength: config.text_config?.max_position_embeddings ?? 77,
    dims: config.projection_dim ?? 512,
  };
}

function embeddingOf(output: unknown, { model }: ModelSource, name: string, length: number): Float32Array {
  const data = (output as { data?: unknown } | undefined)?.data;
  if (data instanceof Float32Array && data.length === length) return data;
  throw new SemblanceError(
    "invalid_file",
    `The CLIP ${model} returns no ${name} of the size given in its config.json.`,
    { remedy: "Use a CLIP exported with its projection, such as those of `npx semblance weights list`." },
  );
}
