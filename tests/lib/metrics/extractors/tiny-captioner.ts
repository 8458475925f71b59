/**
 * An image-to-text model of a few numbers in the folder layout of converted ones. It says “a”, then the colour of the image's
 * strongest channel, then that it is at an end.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { elementTypes } from "@/lib/engine/graph/onnx-emitter";
import { attributeTypes, type TensorProto } from "@/lib/engine/onnx/onnx-schema";
import { model, node, value, weights } from "./tiny-onnx";

const words = ["<start>", "<end>", "<pad>", "a", "red", "green", "blue"];
const [start, end, pad, article, red] = [0, 1, 2, 3, 4];

/** Writes the model into `folder`. */
export function writeTinyCaptioner(folder: string): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const json = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content));
  const special = {
    bos_token_id: start,
    eos_token_id: end,
    pad_token_id: pad,
    decoder_start_token_id: start,
  };
  json("config.json", {
    model_type: "vision-encoder-decoder",
    is_encoder_decoder: true,
    ...special,
    encoder: { model_type: "vit", image_size: 8 },
    decoder: { model_type: "gpt2", n_layer: 0, n_head: 1, n_embd: 4, ...special },
  });
  json("generation_config.json", { ...special, max_length: 12 });
  json("preprocessor_config.json", {
    image_processor_type: "ViTImageProcessor",
    do_resize: true,
    do_normalize: false,
    do_rescale: true,
    rescale_factor: 1 / 255,
    resample: 2,
    size: { height: 8, width: 8 },
  });
  json("tokenizer_config.json", {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: words[start!],
    eos_token: words[end!],
    pad_token: words[pad!],
    unk_token: words[pad!],
  });
  json("tokenizer.json", {
    version: "1.0",
    added_tokens: [start, end, pad].map((id) => ({
      id,
      content: words[id!],
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      unk_token: words[pad!],
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  });
  writeFileSync(join(folder, "onnx/encoder_model.onnx"), encoder());
  writeFileSync(join(folder, "onnx/decoder_model_merged.onnx"), decoder());
}

/** The mean of each channel, as the one state: [1, 1, 3]. */
function encoder(): Uint8Array {
  return model(
    [value("pixel_values", "float32", 4)],
    [value("last_hidden_state", "float32", 3)],
    [integers("shape", [1, 1, 3])],
    [
      node("GlobalAveragePool", ["pixel_values"], "averages"),
      node("Reshape", ["averages", "shape"], "last_hidden_state"),
    ],
  );
}

/** Scores of the word after each: by the word before, and for the colours by the image. [1, words, vocabulary] */
function decoder(): Uint8Array {
  const count = words.length;
  const after: number[][] = words.map(() => new Array<number>(count).fill(0));
  after[start!]![article!] = 100;
  for (let colour = red!; colour < count; colour++) {
    after[article!]![colour] = 50;
    after[colour]![end!] = 100;
  }
  const colours = [0, 1, 2].flatMap((channel) => words.map((_, id) => (id === red! + channel ? 10 : 0)));
  return model(
    [value("input_ids", "int64", 2), value("encoder_hidden_states", "float32", 3)],
    [value("logits", "float32", 3)],
    [weights("after", [count, count], after.flat()), weights("colours", [3, count], colours)],
    [
      node("Gather", ["after", "input_ids"], "next", [{ name: "axis", type: attributeTypes.integer, i: 0 }]),
      node("MatMul", ["encoder_hidden_states", "colours"], "seen"),
      node("Add", ["next", "seen"], "logits"),
    ],
  );
}

function integers(name: string, values: number[]): TensorProto {
  return {
    name,
    dataType: elementTypes.int64,
    dims: [values.length],
    rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
  };
}
