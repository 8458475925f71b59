/** Which files of a published image-to-text model are there: its configuration, and each network in the best precision. */
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataType } from "@huggingface/transformers";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import type { ModelSource } from "./model-source";

export const captionerKind = "image-to-text model";

/** Which networks of `onnx/` a type of model consists of (`model_type` of config.json), as transformers.js names them. */
const captionerNetworks = {
  "vision-encoder-decoder": ["encoder_model", "decoder_model_merged"],
  florence2: ["vision_encoder", "embed_tokens", "encoder_model", "decoder_model_merged"],
} as const;
export type CaptionerType = keyof typeof captionerNetworks;

/** Files that describe the model; without them it would load and fail at the first image. */
const descriptions = [
  "preprocessor_config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
] as const;

/** Endings of converted networks by precision, the most precise first. */
const endings: readonly (readonly [DataType, string])[] = [
  ["fp32", ""],
  ["fp16", "_fp16"],
  ["q8", "_quantized"],
  ["int8", "_int8"],
  ["uint8", "_uint8"],
  ["q4", "_q4"],
  ["q4f16", "_q4f16"],
  ["bnb4", "_bnb4"],
];

/** For messages. */
export const usableModel =
  "Use a converted model with all of its files, such as Xenova/vit-gpt2-image-captioning or onnx-community/Florence-2-base-ft.";

/**
 * The type of the model in `source`.
 *
 * @param isChatModel whether transformers.js knows a type as a model that answers about images
 * @throws SemblanceError `invalid_file` for a folder without a readable config.json, and for another type of model
 */
export function captionerType(
  { model }: ModelSource,
  config: { readonly model_type?: unknown },
  isChatModel: (type: string) => boolean,
): CaptionerType {
  const type = config.model_type;
  if (typeof type !== "string" || type === "") {
    throw new SemblanceError("invalid_file", `The config.json of ${model} names no model_type.`, {
      remedy: usableModel,
    });
  }
  if (Object.hasOwn(captionerNetworks, type)) return type as CaptionerType;
  const why = isChatModel(type)
    ? "which answers instructions in a conversation; drafts give none"
    : `which transformers.js does not run as an ${captionerKind}`;
  throw new SemblanceError("invalid_file", `${model} is of type “${type}”, ${why}.`, { remedy: usableModel });
}

/** @throws SemblanceError `invalid_file` where it is missing, or not JSON */
export async function readFolderConfig(folder: string): Promise<{ model_type?: unknown }> {
  const text = await readFile(join(folder, "config.json"), "utf8").catch((cause: unknown) => {
    throw new SemblanceError("invalid_file", `${folder} has no config.json that can be read.`, {
      remedy: usableModel,
      cause,
    });
  });
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${join(folder, "config.json")} is not JSON.`, {
      remedy: "Download it again.",
      cause,
    });
  }
}

/**
 * The precision of each network: the best that is there.
 *
 * @param has whether the model has a file, by its path within it
 * @throws SemblanceError `invalid_file` that names every file that is missing
 */
export async function captionerPrecision(
  { model }: ModelSource,
  type: CaptionerType,
  has: (file: string) => Promise<boolean>,
): Promise<Record<string, DataType>> {
  const missing: string[] = [];
  for (const file of descriptions) if (!(await has(file))) missing.push(file);
  const precision: Record<string, DataType> = {};
  for (const network of captionerNetworks[type]) {
    const found = await firstOf(endings, ([, ending]) => has(`onnx/${network}${ending}.onnx`));
    if (found) precision[network] = found[0];
    else missing.push(`onnx/${network}.onnx (or with another ending, such as ${network}_quantized.onnx)`);
  }
  if (missing.length === 0) return precision;
  throw new SemblanceError(
    "invalid_file",
    `The ${captionerKind} ${model} lacks ${counted(missing.length, "file", "files")}: ${missing.join(", ")}.`,
    { remedy: usableModel },
  );
}

async function firstOf<Item>(
  items: readonly Item[],
  holds: (item: Item) => Promise<boolean>,
): Promise<Item | undefined> {
  for (const item of items) if (await holds(item)) return item;
  return undefined;
}

/** Of a folder: whether it has a file. */
export function folderHas(folder: string): (file: string) => Promise<boolean> {
  return (file) =>
    access(join(folder, file)).then(
      () => true,
      () => false,
    );
}
