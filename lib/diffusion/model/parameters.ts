/** Which tensors a model consists of, and whether given weights are those tensors. */
import type { Shape } from "@/lib/engine/tensor";
import { SemblanceError } from "@/lib/errors";
import type { ModelOptions } from "../model-options";
import { buildTrainingModel } from "./model-graphs";

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

/** Names printed in full when many tensors are missing or too many. */
const NAMES_SHOWN = 3;

/**
 * Checks that weights are exactly the model's parameters.
 *
 * @param weights anything that knows the tensors' shapes by name.
 * @param source names the file in messages.
 * @throws SemblanceError `shape_mismatch` naming the first tensor whose shape differs, with both shapes;
 *   `missing_tensor` naming tensors that are absent, or that the model has no place for.
 */
export function assertWeightsFit(
  options: ModelOptions,
  weights: ReadonlyMap<string, { readonly shape: Shape }>,
  source: string,
): void {
  const wanted = parameterShapes(options);
  const missing = [...wanted.keys()].filter((name) => !weights.has(name));
  if (missing.length > 0) {
    throw new SemblanceError("missing_tensor", `${source}: the file lacks ${listNames(missing)}.`, {
      remedy: "Check that the file holds a whole model of this kind, and that the options belong to it.",
      details: { missing },
    });
  }
  const surplus = [...weights.keys()].filter((name) => !wanted.has(name));
  if (surplus.length > 0) {
    throw new SemblanceError(
      "missing_tensor",
      `${source}: the model of these options has no place for ${listNames(surplus)}.`,
      {
        remedy: "Check that the options belong to this file (depth, attention_resolutions, xf_layers).",
        details: { surplus },
      },
    );
  }
  for (const [name, shape] of wanted) {
    const found = weights.get(name)!.shape;
    if (found.length !== shape.length || found.some((size, axis) => size !== shape[axis])) {
      throw new SemblanceError(
        "shape_mismatch",
        `${source}: tensor ${name} has shape [${found.join(", ")}], the options ask for [${shape.join(", ")}].`,
        { remedy: "Check that the options belong to this file.", details: { name, found, wanted: shape } },
      );
    }
  }
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  const rest = names.length - NAMES_SHOWN;
  return `${names.length === 1 ? "the tensor" : "the tensors"} ${shown}${rest > 0 ? ` and ${rest} more` : ""}`;
}
