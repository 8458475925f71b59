/**
 * Image-to-text models of a few numbers in the folder layouts of converted ones. They say “a”, then the colour of the image's
 * strongest channel, then that they are at an end.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { elementTypes } from "@/lib/engine/graph/onnx-emitter";
import { attributeTypes, type TensorProto } from "@/lib/engine/onnx/onnx-schema";
import { model, node, value, weights } from "./tiny-onnx";

const words = ["<start>", "<end>", "<pad>", "a", "red", "green", "blue"];
const [start, end, pad, article, red] = [0, 1, 2, 3, 4];

const special = {
  bos_token_id: start,
  eos_token_id: end,
  pad_token_id: pad,
  decoder_start_token_id: start,
};

/**
 * Writes a vision encoder with a text decoder into `folder`.
 *
 * @param ending of the networks' names, as that of a precision
 */
export function writeTinyCaptioner(folder: string, ending = ""): void {
  describe(folder, {
    model_type: "vision-encoder-decoder",
    encoder: { model_type: "vit", image_size: 8 },
    decoder: { model_type: "gpt2", n_layer: 0, n_head: 1, n_embd: 4, ...special },
  });
  writeFileSync(join(folder, `onnx/encoder_model${ending}.onnx`), encoder());
  writeFileSync(join(folder, `onnx/decoder_model_merged${ending}.onnx`), decoder());
}

/** Writes a model of Florence-2's kind into `folder`, whose decoder reads embedded words. */
export function writeTinyFlorence(folder: string): void {
  describe(
    folder,
    {
      model_type: "florence2",
      architectures: ["Florence2ForConditionalGeneration"],
      vision_config: { model_type: "davit" },
      text_config: {
        model_type: "florence2_language",
        decoder_layers: 0,
        decoder_attention_heads: 1,
        d_model: 4,
      },
    },
    {
      processor_class: "Florence2Processor",
      image_processor_type: "CLIPImageProcessor",
      task_prompts_without_inputs: { "<CAPTION>": "a red" },
    },
  );
  const networks = { ...florenceEncoders(), decoder_model_merged: florenceDecoder() };
  for (const [name, network] of Object.entries(networks)) {
    writeFileSync(join(folder, `onnx/${name}.onnx`), network);
  }
}

function describe(folder: string, config: object, processor: object = {}): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const json = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content));
  json("config.json", { is_encoder_decoder: true, ...special, ...config });
  json("generation_config.json", { ...special, max_length: 12 });
  json("preprocessor_config.json", {
    image_processor_type: "ViTImageProcessor",
    do_resize: true,
    do_normalize: false,
    do_rescale: true,
    rescale_factor: 1 / 255,
    resample: 2,
    size: { height: 8, width: 8 },
    ...processor,
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

const count = words.length;
/** Scores of each word after each. */
const after: readonly number[] = words.flatMap((_, before) =>
  words.map((_word, id) => {
    if (before === start) return id === article ? 100 : 0;
    if (before === article) return id >= red! ? 50 : 0;
    return before >= red! && id === end ? 100 : 0;
  }),
);
/** Scores of each word by each channel. */
const colours = [0, 1, 2].flatMap((channel) => words.map((_, id) => (id === red! + channel ? 10 : 0)));

/** Scores of the word after each: by the word before, and for the colours by the image. [1, words, vocabulary] */
function decoder(): Uint8Array {
  return model(
    [value("input_ids", "int64", 2), value("encoder_hidden_states", "float32", 3)],
    [value("logits", "float32", 3)],
    [weights("after", [count, count], after), weights("colours", [3, count], colours)],
    [
      node("Gather", ["after", "input_ids"], "next", [{ name: "axis", type: attributeTypes.integer, i: 0 }]),
      node("MatMul", ["encoder_hidden_states", "colours"], "seen"),
      node("Add", ["next", "seen"], "logits"),
    ],
  );
}

/** A state has a number for each word and for each channel of the image: the words as one-hot, the image by its means. */
const width = count + 3;
const zeros = (length: number) => new Array<number>(length).fill(0);
/** A matrix [rows, width] with ones from column `from` on. */
const placed = (rows: number, from: number) =>
  Array.from({ length: rows * width }, (_, i) => ((i % width) - from === Math.floor(i / width) ? 1 : 0));

function florenceEncoders() {
  const [states, axis] = [
    value("inputs_embeds", "float32", 3),
    { name: "axis", type: attributeTypes.integer, i: 0 },
  ];
  return {
    vision_encoder: model(
      [value("pixel_values", "float32", 4)],
      [value("image_features", "float32", 3)],
      [integers("shape", [1, 1, 3]), weights("placed", [3, width], placed(3, count))],
      [
        node("GlobalAveragePool", ["pixel_values"], "averages"),
        node("Reshape", ["averages", "shape"], "means"),
        node("MatMul", ["means", "placed"], "image_features"),
      ],
    ),
    embed_tokens: model(
      [value("input_ids", "int64", 2)],
      [states],
      [weights("placed", [count, width], placed(count, 0))],
      [node("Gather", ["placed", "input_ids"], "inputs_embeds", [axis])],
    ),
    encoder_model: model(
      [states],
      [value("last_hidden_state", "float32", 3)],
      [],
      [node("Identity", ["inputs_embeds"], "last_hidden_state")],
    ),
  };
}

/** As `decoder`; the image is the first of the encoder's states. */
function florenceDecoder(): Uint8Array {
  return model(
    [value("inputs_embeds", "float32", 3), value("encoder_hidden_states", "float32", 3)],
    [value("logits", "float32", 3)],
    [
      weights("after", [width, count], [...after, ...zeros(3 * count)]),
      weights("colours", [width, count], [...zeros(count * count), ...colours]),
      integers("first", [0]),
    ],
    [
      node("MatMul", ["inputs_embeds", "after"], "next"),
      node("Gather", ["encoder_hidden_states", "first"], "image", [
        { name: "axis", type: attributeTypes.integer, i: 1 },
      ]),
      node("MatMul", ["image", "colours"], "seen"),
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
