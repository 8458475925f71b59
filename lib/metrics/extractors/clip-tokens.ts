/** CLIP's embeddings of every patch of an image and of every word of a caption. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ModelFile, openModelFile, type ShapedData } from "@/lib/engine/runtime/onnx-session";
import { SemblanceError } from "@/lib/errors";
import { type RgbImage, toNormalisedBatch } from "@/lib/images/pixels";
import { captionWords } from "./caption-words";
import { clipNormalisation, cutKeepingEnd, frameForClip, readClipConfig } from "./clip";
import { exposeTokens } from "./expose-tokens";
import { fullPrecision, type ModelSource, openModelPart } from "./model-source";

/** Vectors of an image's patches, row by row from the top left: [gridWidth · gridHeight, dims], not normalised. */
export type PatchVectors = {
  readonly gridWidth: number;
  readonly gridHeight: number;
  readonly values: Float32Array;
};

export interface ClipPatchExtractor {
  readonly dims: number;
  extract(image: RgbImage): Promise<PatchVectors>;
  release(): Promise<void>;
}

/** A caption's words and one vector for each: [words, dims], not normalised. */
export type WordVectors = { readonly words: readonly string[]; readonly values: Float32Array };

export interface ClipWordEncoder {
  readonly dims: number;
  encode(caption: string): Promise<WordVectors>;
  release(): Promise<void>;
}

/** For float32 sums over a few hundred values in a different order. */
const TOLERANCE = 1e-3;

/**
 * Every patch's last hidden state, normalised and projected like that of the class token.
 *
 * @throws SemblanceError `invalid_file` if the source is not a CLIP whose patches can be read
 */
export async function createClipPatchExtractor(source: ModelSource): Promise<ClipPatchExtractor> {
  const { sizePx, dims } = await readClipConfig(source);
  const model = await openTower(source, "vision_model", "image_embeds");
  return {
    dims,
    async extract(image) {
      const framed = frameForClip(image, sizePx, "resize-crop");
      const outputs = await model.run({
        pixel_values: { data: toNormalisedBatch([framed], clipNormalisation), shape: [1, 3, sizePx, sizePx] },
      });
      const { values, count } = tokensOf(outputs, "image_embeds", dims, 0, source);
      const side = Math.sqrt(count - 1);
      if (!Number.isInteger(side) || side < 1) throw wrongTokens(source);
      return { gridWidth: side, gridHeight: side, values: values.slice(dims) };
    },
    release: () => model.release(),
  };
}

/**
 * A word's vector is the projected state of its last token, the first in a causal tower that has seen the whole word.
 * Words beyond the context are left out.
 *
 * @throws SemblanceError as `createClipPatchExtractor`
 */
export async function createClipWordEncoder(source: ModelSource): Promise<ClipWordEncoder> {
  const { contextLength, dims } = await readClipConfig(source);
  const { AutoTokenizer } = await import("@huggingface/transformers");
  const tokenizer = await openModelPart(source, "CLIP", (options) =>
    AutoTokenizer.from_pretrained(source.model, options),
  );
  const model = await openTower(source, "text_model", "text_embeds");
  return {
    dims,
    async encode(caption) {
      const ids = cutKeepingEnd(tokenizer.encode(caption), contextLength);
      const tokens = tokenizer.tokenize(caption, { add_special_tokens: true }).slice(0, ids.length);
      const feeds: Record<string, ShapedData> = {
        input_ids: { data: BigInt64Array.from(ids, BigInt), shape: [1, ids.length] },
        attention_mask: { data: new BigInt64Array(ids.length).fill(1n), shape: [1, ids.length] },
      };
      const wanted = Object.entries(feeds).filter(([name]) => model.inputs.includes(name));
      const outputs = await model.run(Object.fromEntries(wanted));
      const { values } = tokensOf(outputs, "text_embeds", dims, ids.length - 1, source);
      // The marks at both ends are not words.
      const groups = captionWords(tokens.slice(1, -1), (first, end) =>
        tokenizer.decode(ids.slice(1 + first, 1 + end)).trim(),
      );
      const vectors = new Float32Array(groups.length * dims);
      groups.forEach(({ lastToken }, i) => {
        vectors.set(values.subarray((1 + lastToken) * dims, (2 + lastToken) * dims), i * dims);
      });
      return { words: groups.map(({ word }) => word), values: vectors };
    },
    release: () => model.release(),
  };
}

async function openTower(source: ModelSource, file: string, output: string): Promise<ModelFile> {
  const path = await towerFile(source, file);
  const bytes = await readFile(path).catch((cause) => {
    throw new SemblanceError("invalid_file", `${source.model} does not hold onnx/${file}.onnx.`, {
      remedy: "It needs the files that `npx semblance weights get` downloads.",
      cause,
    });
  });
  return openModelFile(exposeTokens(bytes, { output, exposed: `${output}/tokens`, name: path }), path);
}

/** The file of a tower; if the source is an id, transformers.js first downloads it to its cache. */
async function towerFile(source: ModelSource, file: string): Promise<string> {
  if (source.hubFolder !== undefined) {
    const { CLIPTextModelWithProjection, CLIPVisionModelWithProjection } = await import(
      "@huggingface/transformers"
    );
    const kind = file === "vision_model" ? CLIPVisionModelWithProjection : CLIPTextModelWithProjection;
    const model = await openModelPart(source, "CLIP", (options) =>
      kind.from_pretrained(source.model, { ...options, ...fullPrecision }),
    );
    await model.dispose();
  }
  return join(source.hubFolder ?? "", source.model, "onnx", `${file}.onnx`);
}

/** All tokens' embeddings, [tokens, dims]; the chosen token's must equal the model's own output. */
function tokensOf(
  outputs: Record<string, ShapedData>,
  output: string,
  dims: number,
  chosen: number,
  source: ModelSource,
): { values: Float32Array; count: number } {
  const [one, all] = [outputs[output]?.data, outputs[`${output}/tokens`]];
  const values = all?.data;
  if (!(one instanceof Float32Array) || !(values instanceof Float32Array) || one.length !== dims)
    throw wrongTokens(source);
  const count = values.length / dims;
  const largest = one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let k = 0; k < dims; k++) {
    const difference = Math.abs(one[k]! - values[chosen * dims + k]!);
    if (!(difference <= TOLERANCE * largest)) throw wrongTokens(source);
  }
  return { values, count };
}

function wrongTokens({ model }: ModelSource): SemblanceError {
  return new SemblanceError("invalid_file", `The CLIP ${model} does not provide patches and words.`, {
    remedy: "Use a CLIP exported with its projection, such as those of `npx semblance weights list`.",
  });
}
