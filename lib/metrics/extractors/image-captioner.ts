/** Captions of images by an image-to-text model of transformers.js, such as ViT-GPT2. */
import { SemblanceError } from "@/lib/errors";
import type { RgbImage } from "@/lib/images/pixels";
import { fullPrecision, type ModelSource, openModelPart } from "./model-source";

export interface ImageCaptioner {
  /** On one line; null where the model says nothing. */
  caption(image: RgbImage): Promise<string | null>;
  release(): Promise<void>;
}

/** Captions are a sentence; a model that does not find its end would write on. */
const mostNewTokens = 64;
/** Drafts are texts of others: cut where a caption would be refused. */
const longestDraft = 1000;

/**
 * Opens a vision encoder with a text decoder (config.json, preprocessor_config.json, tokenizer.json, onnx/encoder_model.onnx,
 * onnx/decoder_model_merged.onnx).
 *
 * @throws SemblanceError as `openModelPart`
 */
export async function openImageCaptioner(source: ModelSource): Promise<ImageCaptioner> {
  const { pipeline, RawImage } = await import("@huggingface/transformers");
  const describe = await openModelPart(source, "image-to-text model", (options) =>
    pipeline("image-to-text", source.model, { ...options, ...fullPrecision }),
  );
  return {
    async caption({ data, width, height }) {
      const written = (await describe(new RawImage(new Uint8ClampedArray(data), width, height, 3), {
        max_new_tokens: mostNewTokens,
      } as never).catch((cause: unknown) => {
        throw new SemblanceError("invalid_file", `${source.model} could not describe an image.`, {
          remedy:
            "Use an image-to-text model that transformers.js can run, such as Xenova/vit-gpt2-image-captioning.",
          cause,
        });
      })) as { generated_text: string }[];
      const text = (written[0]?.generated_text ?? "")
        .normalize("NFC")
        .replace(/[\s\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, " ")
        .trim();
      return text === "" ? null : text.slice(0, longestDraft).trim();
    },
    async release() {
      await describe.dispose();
    },
  };
}
