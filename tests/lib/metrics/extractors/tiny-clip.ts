/** A CLIP of a few numbers in the folder layout of converted ones, whose embeddings can be computed by hand. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { elementTypes } from "@/lib/engine/graph/onnx-emitter";
import { attributeTypes, type TensorProto } from "@/lib/engine/onnx/onnx-schema";
import { model, node, value, weights } from "./tiny-onnx";

export const tinyClip = {
  sizePx: 8,
  dims: 4,
  contextLength: 8,
  /** Row c is what an image whose channel c is 1 and whose others are 0 (after normalising) is embedded as. */
  imageProjection: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1],
} as const;

const letters = "abcdefghijklmnopqrstuvwxyz";
const START = "<|startoftext|>";
const END = "<|endoftext|>";

/** Letters, letters that end a word, then start and end mark, which has the highest number as in CLIP. */
export const tinyVocabulary: Record<string, number> = Object.fromEntries(
  [...letters, ...[...letters].map((letter) => `${letter}</w>`), START, END].map((token, i) => [token, i]),
);

/** Token t's vector; a caption's embedding is the sum over its tokens, marks included. */
export const tinyTokenVector = (token: number) =>
  Array.from({ length: tinyClip.dims }, (_, k) => Math.sin(token * 1.7 + k * 2.3));

/** Writes the model into `folder`. */
export function writeTinyClip(folder: string): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const json = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content));
  json("config.json", {
    model_type: "clip",
    projection_dim: tinyClip.dims,
    vision_config: { model_type: "clip_vision_model", image_size: tinyClip.sizePx },
    text_config: { model_type: "clip_text_model", max_position_embeddings: tinyClip.contextLength },
  });
  json("preprocessor_config.json", { image_processor_type: "CLIPImageProcessor" });
  json("tokenizer_config.json", {
    tokenizer_class: "CLIPTokenizer",
    bos_token: START,
    eos_token: END,
    unk_token: END,
    pad_token: END,
    model_max_length: tinyClip.contextLength,
  });
  const special = (id: number, content: string) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  json("tokenizer.json", {
    version: "1.0",
    added_tokens: [special(tinyVocabulary[START]!, START), special(tinyVocabulary[END]!, END)],
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Split", pattern: { Regex: "[a-z]+" }, behavior: "Removed", invert: true },
    post_processor: {
      type: "RobertaProcessing",
      sep: [END, tinyVocabulary[END]],
      cls: [START, tinyVocabulary[START]],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: "BPE", end_of_word_suffix: "</w>", unk_token: END, vocab: tinyVocabulary, merges: [] },
  });
  writeFileSync(join(folder, "onnx/vision_model.onnx"), visionModel());
  writeFileSync(join(folder, "onnx/text_model.onnx"), textModel());
}

function visionModel(): Uint8Array {
  return model(
    [value("pixel_values", "float32", 4)],
    [value("image_embeds", "float32", 2)],
    [weights("projection", [3, tinyClip.dims], tinyClip.imageProjection)],
    [
      node("GlobalAveragePool", ["pixel_values"], "averages"),
      node("Flatten", ["averages"], "channels"),
      node("MatMul", ["channels", "projection"], "image_embeds"),
    ],
  );
}

function textModel(): Uint8Array {
  const count = Object.keys(tinyVocabulary).length;
  const table = Array.from({ length: count }, (_, token) => tinyTokenVector(token)).flat();
  const axis = (name: string, at: number): TensorProto => ({
    name,
    dataType: elementTypes.int64,
    dims: [1],
    rawData: new Uint8Array(BigInt64Array.of(BigInt(at)).buffer),
  });
  return model(
    [value("input_ids", "int64", 2), value("attention_mask", "int64", 2)],
    [value("text_embeds", "float32", 2)],
    [weights("table", [count, tinyClip.dims], table), axis("last", 2), axis("positions", 1)],
    [
      node("Gather", ["table", "input_ids"], "vectors"),
      node("Cast", ["attention_mask"], "mask", [
        { name: "to", type: attributeTypes.integer, i: elementTypes.float32 },
      ]),
      node("Unsqueeze", ["mask", "last"], "column"),
      node("Mul", ["vectors", "column"], "masked"),
      node("ReduceSum", ["masked", "positions"], "text_embeds", [
        { name: "keepdims", type: attributeTypes.integer, i: 0 },
      ]),
    ],
  );
}
