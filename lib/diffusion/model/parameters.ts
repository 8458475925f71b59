/** Which tensors a model consists of, and whether given weights are those tensors. */
import type { Shape } from "@/lib/engine/graph/tensor-type";
import { SemblanceError } from "@/lib/errors";
import { buildTrainingModel } from "./model-graphs";
import type { ModelOptions } from "./model-options";

/** Name and shape of every parameter of the model, under the reference's names. */
export function parameterShapes(options: ModelOptions): ReadonlyMap<string, Shape> {
  const { graph } = buildTrainingModel(options, { batchSize: 1, dropoutRate: 0 });
  return new Map([...graph.parameters].map(([name, tensor]) => [name, tensor.shape]));
}

/** Tensors and single numbers in them. */
export function countParameters(shapes: ReadonlyMap<string, Shape>): { tensors: number; parameters: number } {
  let parameters = 0;
  for (const shape of shapes.values()) parameters += shape.reduce((product, size) => product * size, 1);
  return { tensors: shapes.size, parameters };
}

/** Number of names that a message lists when many tensors are missing or superfluous. */
const NAMES_SHOWN = 3;

/** What the names of every GLIDE model's tensors begin with. */
const partPattern =
  /^(time_embed|input_blocks|middle_block|output_blocks|out|transformer|transformer_proj|final_ln|token_embedding|positional_embedding|padding_embedding|unemb)(\.|$)/;

/**
 * Checks that weights are the model's parameters. Tensors that belong to no part of a GLIDE model (a step, a schedule's
 * constants) are allowed.
 *
 * @param weights anything that knows the tensors' shapes by name; `typeName` says of one that it cannot be read.
 * @param source names the file in messages.
 * @returns the parameters' names, and those of tensors beside them.
 * @throws SemblanceError `shape_mismatch` naming the first tensor whose shape differs, with both shapes;
 *   `missing_tensor` naming tensors that are absent, or that the model has no place for; `invalid_file` for a tensor
 *   of a type that is not read.
 */
export function assertWeightsFit(
  options: ModelOptions,
  weights: ReadonlyMap<string, { readonly shape: Shape; readonly typeName?: string }>,
  source: string,
): { names: string[]; surplus: string[] } {
  const wanted = parameterShapes(options);
  const missing = [...wanted.keys()].filter((name) => !weights.has(name));
  if (missing.length > 0) {
    throw new SemblanceError("missing_tensor", `${source}: the file lacks ${listNames(missing)}.`, {
      remedy: "Check that the file contains a complete model of this kind, and that the options match it.",
      details: { missing },
    });
  }
  const surplus = [...weights.keys()].filter((name) => !wanted.has(name));
  const misplaced = surplus.filter((name) => partPattern.test(name));
  if (misplaced.length > 0) {
    throw new SemblanceError(
      "missing_tensor",
      `${source}: a model with these options does not have ${listNames(misplaced)}.`,
      {
        remedy: "Check that the options match this file (depth, attention_resolutions, xf_layers).",
        details: { surplus: misplaced },
      },
    );
  }
  for (const [name, shape] of wanted) {
    const { shape: found, typeName } = weights.get(name)!;
    if (typeName !== undefined) {
      throw new SemblanceError(
        "invalid_file",
        `${source}: tensor ${name} has the element type ${typeName}, which is not supported.`,
        { remedy: "Give the model's weights as float32, float16 or bfloat16.", details: { name } },
      );
    }
    if (found.length !== shape.length || found.some((size, axis) => size !== shape[axis])) {
      throw new SemblanceError(
        "shape_mismatch",
        `${source}: tensor ${name} has shape [${found.join(", ")}], but the options require [${shape.join(", ")}].`,
        { remedy: "Check that the options match this file.", details: { name, found, wanted: shape } },
      );
    }
  }
  return { names: [...wanted.keys()], surplus };
}

/** "the tensor a", or "the tensors a, b, c and 5 more". */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  const rest = names.length - NAMES_SHOWN;
  return `${names.length === 1 ? "the tensor" : "the tensors"} ${shown}${rest > 0 ? ` and ${rest} more` : ""}`;
}
