/** Weights for the parameters of a graph. */
import type { Shape } from "./tensor-type";

export type Weight = { readonly shape: Shape; readonly data: Float32Array };

/** A model's weights by parameter name. */
export type WeightSource = ReadonlyMap<string, Weight>;
