/** A model in a checkpoint file: its options, and its weights, read only when a session needs them. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { SemblanceError } from "@/lib/errors";
import type { Checkpoint, CheckpointFormat } from "@/lib/tensor-files/load-checkpoint";
import { countNonFiniteIn } from "@/lib/tensor-files/non-finite";
import { counted } from "@/lib/text/counted";
import { inferModelOptions } from "./infer-model-options";
import { type ModelOptions, parseModelOptions } from "./model-options";
import { assertWeightsFit, listNames } from "./parameters";
import { withWholeTokenTable } from "./taught-tokens";
import { openWeights, type WeightSet } from "./weight-sets";

/** A model whose weights can be read by name, from a file or from memory. */
export type ModelSource = {
  readonly options: ModelOptions;
  readonly loadWeights: (names: Iterable<string>) => Promise<WeightSource>;
};

/** The key under which a safetensors file's metadata may hold its model's options, as JSON. */
export const OPTIONS_METADATA_KEY = "model_options";

/** A model in a file, with remarks on how the file was read. */
export type OpenedModel = ModelSource & {
  readonly notes: readonly string[];
  /** The sets of weights in the file, the one taken by default first. */
  readonly sets: readonly WeightSet[];
  readonly chosen: WeightSet;
  readonly format: CheckpointFormat;
  /** Of the model only, without other tensors in the file. */
  readonly tensorCount: number;
  readonly parameterCount: number;
};

export type OpenModelChoice = {
  /** Which set of weights, where the file holds several; see openWeights. */
  readonly key?: string;
  /**
   * Whether all weights are read and must be finite now; they must be when they are loaded in any case.
   */
  readonly readsWeights?: boolean;
};

/**
 * Opens a GLIDE checkpoint (.pt or .safetensors) and checks that its tensors are the model's.
 *
 * @param options the model's options; by default those in the file's metadata, else what the tensors' names and
 *   shapes say (see inferModelOptions).
 * @throws SemblanceError as openWeights; as inferModelOptions; as assertWeightsFit, where the tensors are not those of
 *   the options; `invalid_file` for weights that are whole numbers, NaN or infinite.
 */
export async function openModel(
  path: string,
  options?: ModelOptions,
  { key, readsWeights = false }: OpenModelChoice = {},
): Promise<OpenedModel> {
  const source = basename(path);
  const { checkpoint: stored, chosen, sets, unread, notes } = await openWeights(path, key);
  try {
    const checkpoint = await withWholeTokenTable(stored, source);
    const stated = checkpoint.metadata[OPTIONS_METADATA_KEY];
    const found =
      options ??
      (stated === undefined
        ? inferModelOptions(withUnread(checkpoint.tensors, unread), source)
        : parseModelOptions(parseJson(stated, source), source));
    const { names, surplus } = assertWeightsFit(found, withUnread(checkpoint.tensors, unread), source);
    assertFloats(checkpoint, names, source);
    if (readsWeights) await assertFinite(stored, names, source);
    const sizes = names.map((name) => stored.tensors.get(name)!.shape.reduce((a, b) => a * b, 1));
    return {
      options: found,
      loadWeights: (wanted) => loadWeights(path, wanted, key),
      notes:
        surplus.length === 0
          ? notes
          : [...notes, `Not part of the model, and not used: ${listNames(surplus)}.`],
      sets,
      chosen,
      format: stored.format,
      tensorCount: names.length,
      parameterCount: sizes.reduce((a, b) => a + b, 0),
    };
  } finally {
    await stored.close();
  }
}

/** Unreadable tensors count as present: the error then names their type instead of calling them missing. */
function withUnread(
  tensors: Checkpoint["tensors"],
  unread: ReadonlyMap<string, string>,
): ReadonlyMap<string, { shape: readonly number[]; typeName?: string }> {
  if (unread.size === 0) return tensors;
  const all = new Map<string, { shape: readonly number[]; typeName?: string }>(tensors);
  for (const [name, typeName] of unread) all.set(name, { shape: [], typeName });
  return all;
}

/** Whole numbers are weights of a quantised model, whose scales are elsewhere. */
function assertFloats({ tensors }: Checkpoint, names: readonly string[], source: string): void {
  const whole = names.find((name) => !floatTypes.has(tensors.get(name)!.dtype));
  if (whole === undefined) return;
  throw new SemblanceError(
    "invalid_file",
    `${source}: tensor ${whole} contains integers (${tensors.get(whole)!.dtype}), as quantised models do.`,
    { remedy: "Give the model's weights as float32, float16 or bfloat16." },
  );
}

const floatTypes: ReadonlySet<string> = new Set(["float32", "float16", "bfloat16", "float64"]);

async function assertFinite(stored: Checkpoint, names: readonly string[], source: string): Promise<void> {
  const bad: { name: string; count: number; total: number }[] = [];
  for (const name of names) {
    const count = await stored.countNonFinite(name);
    if (count > 0)
      bad.push({ name, count, total: stored.tensors.get(name)!.shape.reduce((a, b) => a * b, 1) });
  }
  if (bad.length > 0) throw nonFiniteError(bad, source);
}

function nonFiniteError(
  bad: readonly { name: string; count: number; total: number }[],
  source: string,
): SemblanceError {
  const { name, count, total } = bad[0]!;
  const more =
    bad.length > 1
      ? `, and so are values of ${counted(bad.length - 1, "other tensor", "other tensors")}`
      : "";
  return new SemblanceError(
    "invalid_file",
    `${source}: ${count} of the ${counted(total, "value", "values")} of ${name} are NaN or infinite${more}.`,
    {
      remedy:
        "The training run probably diverged, or overflowed in float16. Use an earlier checkpoint: this one would draw black images.",
      details: { tensors: bad },
    },
  );
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

async function loadWeights(path: string, names: Iterable<string>, key?: string): Promise<WeightSource> {
  const { checkpoint: stored } = await openWeights(path, key);
  const source = basename(path);
  try {
    const checkpoint = await withWholeTokenTable(stored, source);
    const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const name of names) {
      const data = await checkpoint.readFloat32(name);
      const count = countNonFiniteIn(data);
      if (count > 0) throw nonFiniteError([{ name, count, total: data.length }], source);
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
