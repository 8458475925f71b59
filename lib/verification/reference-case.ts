/** A reference case: a model in a file, and what the reference implementation computed with it. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { type ModelSource, openModel, readModelOptions } from "@/lib/diffusion/model/open-model";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import type { EncodedCaption } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { StoredData } from "@/lib/tensor-files/stored-dtype";
import { readReferenceJson } from "./reference-json";

export type ReferenceTensor = { readonly shape: readonly number[]; readonly data: StoredData };

/** What the reference implementation computed. */
export type ReferenceValues = {
  /** Names the file in messages. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, ReferenceTensor>;
  readonly metadata: Readonly<Record<string, string>>;
};

export type ReferenceCase = ReferenceValues & {
  readonly model: ModelSource;
  /** Norm of each gradient of the first training step, by parameter; null where the case has none. */
  readonly gradientNorms: Readonly<Record<string, number>> | null;
};

/**
 * Reads PREFIX.json (options), PREFIX.pt (weights), PREFIX.expected.safetensors and, where there is one,
 * PREFIX.grad-norms.json.
 *
 * @throws SemblanceError naming the file that is absent, damaged, or does not fit the others.
 */
export async function readReferenceCase(prefix: string): Promise<ReferenceCase> {
  return {
    model: await openReferenceModel(prefix),
    ...(await readReferenceValues(`${prefix}.expected.safetensors`)),
    gradientNorms: readGradientNorms(`${prefix}.grad-norms.json`),
  };
}

/** The model of PREFIX.json and PREFIX.pt. Throws as readReferenceCase. */
export async function openReferenceModel(prefix: string): Promise<ModelSource> {
  return openModel(`${prefix}.pt`, await readModelOptions(`${prefix}.json`));
}

/** Every parameter of a model, by name. */
export async function loadAllWeights(model: ModelSource): Promise<Map<string, Float32Array>> {
  const weights = await model.loadWeights(parameterShapes(model.options).keys());
  return new Map([...weights].map(([name, { data }]) => [name, data]));
}

/** Every tensor of a file of expected values, and its metadata. Throws as openCheckpoint. */
export async function readReferenceValues(path: string): Promise<ReferenceValues> {
  const expected = await openCheckpoint(path);
  try {
    const tensors = new Map<string, ReferenceTensor>();
    for (const name of expected.tensors.keys()) tensors.set(name, await expected.read(name));
    return { file: basename(path), tensors, metadata: expected.metadata };
  } finally {
    await expected.close();
  }
}

/** The metadata's text of this name. Throws `invalid_file` naming the file where there is none. */
export function referenceText({ metadata, file }: ReferenceValues, name: string): string {
  const text = metadata[name];
  if (text !== undefined) return text;
  throw new SemblanceError("invalid_file", `${file}: no ${name} in the metadata.`, {
    remedy: "Copy or create the case again.",
  });
}

function readGradientNorms(path: string): Record<string, number> | null {
  return existsSync(path) ? readReferenceJson(path, z.record(z.string(), z.number())) : null;
}

/** The tensor of this name. Throws `missing_tensor` naming the case where there is none. */
export function referenceTensor(reference: ReferenceValues, name: string): ReferenceTensor {
  const tensor = reference.tensors.get(name);
  if (tensor !== undefined) return tensor;
  throw new SemblanceError("missing_tensor", `${reference.file}: no tensor ${name}.`, {
    remedy: "The checks of a case need all tensors of their group. Copy or create the case again.",
  });
}

/** A tensor that must be float32. Throws `missing_tensor` or, for other types, `invalid_file`. */
export function referenceFloats(reference: ReferenceValues, name: string): Float32Array {
  const { data } = referenceTensor(reference, name);
  if (data instanceof Float32Array) return data;
  throw new SemblanceError("invalid_file", `${reference.file}: ${name} is not float32.`, {
    remedy: "Create the case with float32 tensors.",
  });
}

/** Timesteps or tokens as numbers, whatever integers they are stored as. */
export function referenceIntegers(reference: ReferenceValues, name: string): number[] {
  return Array.from(referenceTensor(reference, name).data as ArrayLike<number | bigint>, Number);
}

/** The captions whose tokens and mask are stored as `${group}.tokens` and `${group}.mask`, one per image. */
export function referenceTokens(reference: ReferenceValues, group: string, count: number): EncodedCaption[] {
  const tokens = referenceTensor(reference, `${group}.tokens`).data;
  const mask = referenceTensor(reference, `${group}.mask`).data;
  const context = tokens.length / count;
  return Array.from({ length: count }, (_, image) => {
    const row = [image * context, (image + 1) * context] as const;
    return {
      tokens: BigInt64Array.from(tokens.slice(...row) as ArrayLike<number | bigint>, BigInt),
      mask: Uint8Array.from(mask.slice(...row) as ArrayLike<number>, Number),
      truncated: false,
    };
  });
}

/** The captions that the metadata states. */
export function referenceCaptions(reference: ReferenceValues): string[] {
  return JSON.parse(referenceText(reference, "captions")) as string[];
}

/** Of a tensor [images, ...], the part of one image. */
export function partOf(values: Float32Array, image: number, count: number): Float32Array<ArrayBuffer> {
  const length = values.length / count;
  return Float32Array.from(values.subarray(image * length, (image + 1) * length));
}
