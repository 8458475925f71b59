/** Training of low-rank adapters: which weights get one, what it starts with, and what a model with it is. */
import type { Weight } from "@/lib/engine/graph/weights";
import { type LoraAdapter, type LoraPair, mergeLora } from "../lora/lora-adapter";
import type { LoraForm } from "../lora/lora-graph";
import { isLoraLayer, loraNames, loraShapes } from "../lora/lora-layers";
import type { TrainingSettings } from "./fine-tune-settings";
import { randomFor } from "./random-streams";
import { isTrained } from "./trained-part";

type Arrays = ReadonlyMap<string, Float32Array>;

/** The adapters that the settings ask for; null: the weights themselves learn. */
export function loraForm({
  loraRank: rank,
  loraAlpha: alpha,
  loraLayers,
  trained,
}: TrainingSettings): LoraForm | null {
  if (rank === 0) return null;
  return { rank, alpha, adapts: (weight) => isLoraLayer(loraLayers, weight) && isTrained(trained, weight) };
}

/** A uniform in ±1/√in and B zero, as in peft: before the first step the model is what it was. */
export function initialAdapters(
  shapes: ReadonlyMap<string, readonly number[]>,
  { rank, adapts }: LoraForm,
  seed: number,
): Map<string, Weight> {
  const adapters = new Map<string, Weight>();
  const adapted = [...shapes].filter(([weight]) => adapts(weight));
  for (const [number, [weight, shape]] of adapted.entries()) {
    const [names, { a, b }] = [loraNames(weight), loraShapes(shape, rank)];
    const random = randomFor(seed, "adapter", number);
    const bound = 1 / Math.sqrt(a[1]);
    const uniform = Float32Array.from({ length: a[0] * a[1] }, () => bound * (2 * random.uniform() - 1));
    adapters.set(names.a, { shape: a, data: uniform });
    adapters.set(names.b, { shape: b, data: new Float32Array(b[0] * b[1]) });
  }
  return adapters;
}

/** The adapter in a run's weights. */
export function adapterOf(weights: Arrays, { rank, alpha, adapts }: LoraForm): Omit<LoraAdapter, "file"> {
  const pairs = new Map<string, LoraPair>();
  for (const weight of weights.keys()) {
    const { a, b } = loraNames(weight);
    if (!adapts(weight) || !weights.has(a)) continue;
    pairs.set(weight, { a: new Float32Array(weights.get(a)!), b: new Float32Array(weights.get(b)!) });
  }
  return { rank, alpha, pairs };
}

/** The model's own weights, with the adapter in a run's weights merged into them. */
export function mergedWeights(weights: Arrays, form: LoraForm): Arrays {
  const adapter = adapterOf(weights, form);
  const merged = new Map(weights);
  for (const [weight, pair] of adapter.pairs) {
    merged.set(weight, mergeLora(weights.get(weight)!, pair, adapter));
    const { a, b } = loraNames(weight);
    merged.delete(a);
    merged.delete(b);
  }
  return merged;
}
