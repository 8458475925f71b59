/** A graph in which some weights are W + (alpha / rank) · B · A, so that A and B can learn while W stays. */
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import * as op from "@/lib/engine/ops";
import { loraNames, loraShapes } from "./lora-layers";

export type LoraForm = {
  readonly rank: number;
  readonly alpha: number;
  /** Whether the weight of this name is adapted. */
  readonly adapts: (weight: string) => boolean;
};

export class LoraGraph extends Graph {
  readonly #form: LoraForm;
  readonly #adapted = new Map<string, Tensor>();

  constructor(name: string, form: LoraForm) {
    super(name);
    this.#form = form;
  }

  override parameter(name: string, shape: Shape): Tensor {
    const weight = super.parameter(name, shape);
    const { rank, alpha, adapts } = this.#form;
    if (!adapts(name)) return weight;
    const known = this.#adapted.get(name);
    if (known) return known;
    const [names, shapes] = [loraNames(name), loraShapes(shape, rank)];
    const a = super.parameter(names.a, shapes.a);
    const b = super.parameter(names.b, shapes.b);
    // What adapters change is small beside the weights: halves would lose it.
    const adapted = this.inFullPrecision(() =>
      op.add(weight, op.reshape(op.matmul(b, a, { scale: alpha / rank }), shape)),
    );
    this.#adapted.set(name, adapted);
    return adapted;
  }
}
