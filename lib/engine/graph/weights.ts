/** Weights for the parameters of a graph. */
import { SemblanceError } from "@/lib/errors";
import { elementCount, type Shape, sameShape, shapeToText } from "./tensor-type";

export type Weight = { readonly shape: Shape; readonly data: Float32Array };

/** A model's weights by parameter name. */
export type WeightSource = ReadonlyMap<string, Weight>;

/** @throws SemblanceError `missing_tensor` or `shape_mismatch` if the weights do not cover the parameter */
export function findWeight(
  weights: WeightSource,
  parameter: { readonly name: string; readonly shape: Shape },
): Weight {
  const weight = weights.get(parameter.name);
  if (!weight) {
    throw new SemblanceError("missing_tensor", `The weights hold no tensor "${parameter.name}".`, {
      remedy: "Load a checkpoint of this model, or set the model's options to the checkpoint's.",
    });
  }
  if (!sameShape(weight.shape, parameter.shape) || weight.data.length !== elementCount(weight.shape)) {
    throw new SemblanceError(
      "shape_mismatch",
      `Tensor "${parameter.name}" has shape ${shapeToText(weight.shape)} and ${weight.data.length} values; the model needs ${shapeToText(parameter.shape)}.`,
      { remedy: "Load a checkpoint of this model, or set the model's options to the checkpoint's." },
    );
  }
  return weight;
}
