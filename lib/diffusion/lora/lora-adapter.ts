/** Low-rank adapters as files with peft's tensor names, and merged into a model's weights. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Weight, WeightSource } from "@/lib/engine/graph/weights";
import { SemblanceError } from "@/lib/errors";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import type { ModelSource } from "../model/open-model";
import { parameterShapes } from "../model/parameters";
import { loraNames, loraShapes } from "./lora-layers";

/** A [rank, in] and B [out, rank], row by row. */
export type LoraPair = { readonly a: Float32Array<ArrayBuffer>; readonly b: Float32Array<ArrayBuffer> };

export type LoraAdapter = {
  /** Names the file in messages. */
  readonly file: string;
  readonly rank: number;
  readonly alpha: number;
  /** By the name of the weight that is adapted, such as "middle_block.1.qkv.weight". */
  readonly pairs: ReadonlyMap<string, LoraPair>;
};

const prefix = "base_model.model.";
const namePattern = /^(?:base_model\.model\.)?(.+)\.lora_A(?:\.default)?\.weight$/;

/** "a.b.weight" → the names of its two matrices in a file. */
export function adapterTensorNames(weight: string): { a: string; b: string } {
  const { a, b } = loraNames(weight);
  return { a: prefix + a, b: prefix + b };
}

/** Where a run writes the adapter of a model: beside it. */
export function adapterPathBeside(modelPath: string): string {
  return modelPath.replace(/\.safetensors$/, ".lora.safetensors");
}

/** Whether a file of tensors holds adapters. @throws SemblanceError as openCheckpoint */
export async function isLoraFile(path: string): Promise<boolean> {
  const checkpoint = await openCheckpoint(path);
  try {
    return [...checkpoint.tensors.keys()].some((name) => namePattern.test(name));
  } finally {
    await checkpoint.close();
  }
}

/**
 * Reads an adapter: tensors `base_model.model.MODULE.lora_A.weight` and `.lora_B.weight`, with `lora_alpha` in the
 * metadata or in peft's `adapter_config.json` beside the file.
 *
 * @param known the alpha of a file that does not say it
 * @throws SemblanceError as openCheckpoint; `missing_tensor` where it holds no pairs, or half of one; `shape_mismatch`
 *   where a pair's ranks differ
 */
export async function readLora(path: string, known: { alpha?: number } = {}): Promise<LoraAdapter> {
  const file = basename(path);
  const checkpoint = await openCheckpoint(path);
  try {
    const pairs = new Map<string, LoraPair>();
    let rank = 0;
    for (const [nameOfA, { shape }] of checkpoint.tensors) {
      const module = namePattern.exec(nameOfA)?.[1];
      if (module === undefined) continue;
      const nameOfB = nameOfA.replace(".lora_A", ".lora_B");
      const ofB = checkpoint.tensors.get(nameOfB)?.shape;
      if (ofB === undefined)
        throw pairError("missing_tensor", file, `lacks ${nameOfB}, the other half of ${nameOfA}`);
      if (rank !== 0 && shape[0] !== rank) {
        throw pairError("shape_mismatch", file, `has matrices of rank ${rank} and ${shape[0]}`);
      }
      rank = shape[0] ?? 0;
      if (ofB[1] !== rank) {
        throw pairError("shape_mismatch", file, `has rank ${rank} in ${nameOfA} and ${ofB[1]} in ${nameOfB}`);
      }
      pairs.set(`${module}.weight`, {
        a: await checkpoint.readFloat32(nameOfA),
        b: await checkpoint.readFloat32(nameOfB),
      });
    }
    if (pairs.size === 0)
      throw pairError("missing_tensor", file, "has no tensors named MODULE.lora_A.weight");
    const alpha = Number(checkpoint.metadata.lora_alpha ?? known.alpha ?? (await readConfiguredAlpha(path)));
    if (!(Number.isFinite(alpha) && rank > 0)) {
      throw pairError(
        "shape_mismatch",
        file,
        `has rank ${rank}, and neither its metadata nor an adapter_config.json next to it has lora_alpha`,
      );
    }
    return { file, rank, alpha, pairs };
  } finally {
    await checkpoint.close();
  }
}

/** The alpha in peft's configuration; undefined if there is no such file. */
async function readConfiguredAlpha(path: string): Promise<unknown> {
  const text = await readFile(join(dirname(path), "adapter_config.json"), "utf8").catch(() => "{}");
  try {
    return (JSON.parse(text) as { lora_alpha?: unknown }).lora_alpha;
  } catch {
    return undefined;
  }
}

function pairError(code: "missing_tensor" | "shape_mismatch", file: string, what: string): SemblanceError {
  return new SemblanceError(code, `${file} is not a LoRA that can be read: it ${what}.`, {
    remedy: "Give the adapter that a training run wrote, or one with the names of peft and a single rank.",
  });
}

/** Writes an adapter, as readLora reads it. Throws as writeSafetensors. */
export async function writeLora(
  path: string,
  { rank, alpha, pairs }: Omit<LoraAdapter, "file">,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [weight, { a, b }] of pairs) {
    const names = adapterTensorNames(weight);
    tensors.set(names.a, { dtype: "float32", shape: [rank, a.length / rank], data: a });
    tensors.set(names.b, { dtype: "float32", shape: [b.length / rank, rank], data: b });
  }
  await writeSafetensors(path, tensors, { ...metadata, r: String(rank), lora_alpha: String(alpha) });
}

/** W + scale · (alpha / rank) · B · A; each value is summed in float64 and rounded once. */
export function mergeLora(
  weight: Float32Array,
  { a, b }: LoraPair,
  { rank, alpha, scale = 1 }: { readonly rank: number; readonly alpha: number; readonly scale?: number },
): Float32Array<ArrayBuffer> {
  const columns = a.length / rank;
  const factor = (scale * alpha) / rank;
  const merged = new Float32Array(weight.length);
  const row = new Float64Array(columns);
  for (let out = 0; out < b.length / rank; out++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const left = b[out * rank + k]!;
      for (let column = 0; column < columns; column++) row[column]! += left * a[k * columns + column]!;
    }
    for (let column = 0; column < columns; column++) {
      const at = out * columns + column;
      merged[at] = weight[at]! + factor * row[column]!;
    }
  }
  return merged;
}

/** An adapter and its strength: 1 as trained, 0 not at all. */
export type ScaledLora = { readonly adapter: LoraAdapter; readonly scale: number };

/**
 * The model with adapters merged into its weights as they are loaded; several add up.
 *
 * @throws SemblanceError `shape_mismatch` where an adapter belongs to another model, naming the weight
 */
export function withLoras(source: ModelSource, loras: readonly ScaledLora[]): ModelSource {
  const shapes = parameterShapes(source.options);
  for (const { adapter } of loras) {
    assertLoraFits({ file: adapter.file, rank: adapter.rank, sizes: loraSizes(adapter) }, shapes);
  }
  return {
    options: source.options,
    async loadWeights(names): Promise<WeightSource> {
      const weights = await source.loadWeights(names);
      return new Map([...weights].map(([name, weight]) => [name, adaptWeight(name, weight, loras)]));
    },
  };
}

function adaptWeight(name: string, weight: Weight, loras: readonly ScaledLora[]): Weight {
  let data = weight.data;
  for (const { adapter, scale } of loras) {
    const pair = adapter.pairs.get(name);
    if (pair) data = mergeLora(data, pair, { ...adapter, scale });
  }
  return { shape: weight.shape, data };
}

/** By the name of each weight that is adapted: [out, in]. */
export function loraSizes({ rank, pairs }: LoraAdapter): ReadonlyMap<string, [number, number]> {
  return new Map([...pairs].map(([weight, { a, b }]) => [weight, [b.length / rank, a.length / rank]]));
}

/** Throws as withLoras. @param lora its matrices' sizes as loraSizes gives them */
export function assertLoraFits(
  {
    file,
    rank,
    sizes,
  }: { file: string; rank: number; sizes: ReadonlyMap<string, readonly [number, number]> },
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  for (const [weight, [out, columns]] of sizes) {
    const shape = shapes.get(weight);
    const wanted = shape && loraShapes(shape, rank);
    if (wanted && columns === wanted.a[1] && out === wanted.b[0]) continue;
    throw new SemblanceError(
      "shape_mismatch",
      wanted
        ? `${file} is a LoRA for another model: its matrices for ${weight} are [${rank}, ${columns}] and [${out}, ${rank}], the model needs [${wanted.a.join(", ")}] and [${wanted.b.join(", ")}].`
        : `${file} is a LoRA for another model: this one has no weight ${weight}.`,
      { remedy: "Use it with the model that it was trained on." },
    );
  }
}
