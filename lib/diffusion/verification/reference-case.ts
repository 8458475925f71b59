/** A reference case: a model in a file, and what the reference implementation computed with it. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { StoredData } from "@/lib/tensor-files/stored-dtype";
import { type ModelSource, openModel, readModelOptions } from "../model/open-model";
import { type EncodedCaption, encodeCaption } from "../model/tokenizer";

export type ReferenceTensor = { readonly shape: readonly number[]; readonly data: StoredData };

export type ReferenceCase = {
  readonly name: string;
  readonly model: ModelSource;
  readonly tensors: ReadonlyMap<string, ReferenceTensor>;
  readonly metadata: Readonly<Record<string, string>>;
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
  const options = await readModelOptions(`${prefix}.json`);
  const model = await openModel(`${prefix}.pt`, options);
  const expected = await openCheckpoint(`${prefix}.expected.safetensors`);
  try {
    const tensors = new Map<string, ReferenceTensor>();
    for (const name of expected.tensors.keys()) tensors.set(name, await expected.read(name));
    return {
      name: basename(prefix),
      model,
      tensors,
      metadata: expected.metadata,
      gradientNorms: await readGradientNorms(`${prefix}.grad-norms.json`),
    };
  } finally {
    await expected.close();
  }
}

async function readGradientNorms(path: string): Promise<Record<string, number> | null> {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(await readFile(path, "utf8")) as Record<string, number>;
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${basename(path)}: not valid JSON.`, {
      remedy: "The file must contain one JSON object of norms by parameter name. Copy it again.",
      cause,
    });
  }
}

/** The tensor of this name. Throws `missing_tensor` naming the case where there is none. */
export function referenceTensor(reference: ReferenceCase, name: string): ReferenceTensor {
  const tensor = reference.tensors.get(name);
  if (tensor !== undefined) return tensor;
  throw new SemblanceError("missing_tensor", `${reference.name}.expected.safetensors: no tensor ${name}.`, {
    remedy: "The checks of a case need all tensors of their group. Copy or create the case again.",
  });
}

/** A tensor that must be float32. Throws `missing_tensor` or, for other types, `invalid_file`. */
export function referenceFloats(reference: ReferenceCase, name: string): Float32Array {
  const { data } = referenceTensor(reference, name);
  if (data instanceof Float32Array) return data;
  throw new SemblanceError(
    "invalid_file",
    `${reference.name}.expected.safetensors: ${name} is not float32.`,
    {
      remedy: "Create the case with float32 tensors.",
    },
  );
}

/** Timesteps as numbers, whatever integers they are stored as. */
export function referenceTimesteps(reference: ReferenceCase, name: string): number[] {
  return Array.from(referenceTensor(reference, name).data as ArrayLike<number | bigint>, Number);
}

/** The captions whose tokens and mask are stored as `${group}.tokens` and `${group}.mask`, one per image. */
export function referenceTokens(reference: ReferenceCase, group: string, count: number): EncodedCaption[] {
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

/** The captions that the metadata states, encoded. */
export function referenceCaptions(reference: ReferenceCase): EncodedCaption[] {
  const stated = reference.metadata.captions;
  if (stated === undefined) {
    throw new SemblanceError(
      "invalid_file",
      `${reference.name}.expected.safetensors: no captions in the metadata.`,
      {
        remedy: "Cases with sampling contain their captions as a JSON list. Create the case again.",
      },
    );
  }
  const captions = JSON.parse(stated) as string[];
  return captions.map((caption) => encodeCaption(caption, reference.model.options.text_ctx));
}
