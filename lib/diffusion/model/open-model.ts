/** A model in a checkpoint file: its options, and its weights, read only when a session needs them. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { WeightSource } from "@/lib/engine/session";
import { SemblanceError } from "@/lib/errors";
import { openCheckpoint } from "../checkpoints/load-checkpoint";
import { withWholeTokenTable } from "../checkpoints/taught-tokens";
import { inferModelOptions } from "../infer-model-options";
import { type ModelOptions, parseModelOptions } from "../model-options";
import { assertWeightsFit } from "./parameters";

/** A model whose weights can be had by name, from a file or from memory. */
export type ModelSource = {
  readonly options: ModelOptions;
  readonly loadWeights: (names: Iterable<string>) => Promise<WeightSource>;
};

/** The key under which a safetensors file's metadata may hold its model's options, as JSON. */
export const OPTIONS_METADATA_KEY = "model_options";

/**
 * Opens a GLIDE checkpoint (.pt or .safetensors) and checks that its tensors are the model's.
 *
 * @param options the model's options; by default those in the file's metadata, else what the tensors' names and
 *   shapes say (see inferModelOptions).
 * @throws SemblanceError as openCheckpoint; as inferModelOptions; as assertWeightsFit, where the tensors are not
 *   those of the options.
 */
export async function openModel(path: string, options?: ModelOptions): Promise<ModelSource> {
  const source = basename(path);
  const stored = await openCheckpoint(path);
  try {
    const checkpoint = await withWholeTokenTable(stored, source);
    const stated = checkpoint.metadata[OPTIONS_METADATA_KEY];
    const found =
      options ??
      (stated === undefined
        ? inferModelOptions(checkpoint.tensors, source)
        : parseModelOptions(parseJson(stated, source), source));
    assertWeightsFit(found, checkpoint.tensors, source);
    return { options: found, loadWeights: (names) => loadWeights(path, names) };
  } finally {
    await stored.close();
  }
}

/**
 * Reads a file of options, such as {"image_size": 64, "num_channels": 192}.
 *
 * @throws SemblanceError `not_found`, or `invalid_input` naming the file and what is wrong in it.
 */
export async function readModelOptions(path: string): Promise<ModelOptions> {
  const source = basename(path);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SemblanceError("not_found", `${source}: the file of model options cannot be read.`, {
      remedy: "Check the path; it may be relative to another folder.",
      cause,
    });
  });
  return parseModelOptions(parseJson(text, source), source);
}

async function loadWeights(path: string, names: Iterable<string>): Promise<WeightSource> {
  const stored = await openCheckpoint(path);
  try {
    const checkpoint = await withWholeTokenTable(stored, basename(path));
    const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const name of names) {
      const data = await checkpoint.readFloat32(name);
      weights.set(name, { shape: checkpoint.tensors.get(name)!.shape, data });
    }
    return weights;
  } finally {
    await stored.close();
  }
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SemblanceError("invalid_input", `${source}: the model options are not valid JSON.`, {
      remedy: 'Write one JSON object, such as {"image_size": 64}.',
      cause,
    });
  }
}
