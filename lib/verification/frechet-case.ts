/** Cases PREFIX.{safetensors,expected.json} of pairs of feature sets and the distances between them. */
import { basename } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { Features } from "@/lib/metrics/features/features";
import { frechetDistance } from "@/lib/metrics/measures/frechet-distance";
import { kernelDistance } from "@/lib/metrics/measures/kernel-distance";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareExactly, compareRelatively, type Measured } from "./measured";
import { type ReferenceValues, readReferenceValues, referenceTensor } from "./reference-case";
import { readReferenceJson } from "./reference-json";

/** Distances below the floor are those of equal sets: zero, up to rounding. */
const AGREEMENT = { tolerance: 1e-6, floor: 1e-4 };

const KID = "kid_unbiased_poly3_gamma_1_over_d_coef0_1";

const distances = z.record(
  z.string(),
  z.object({
    n1: z.number().int().optional(),
    n2: z.number().int().optional(),
    dims: z.number().int().optional(),
    frechet_exact: z.number(),
    [KID]: z.number().optional(),
  }),
);
type Distances = z.infer<typeof distances>[string];

/** Of each pair NAME, which the tensors NAME.a and NAME.b hold, the Fréchet distance and KID. */
export const frechetCase: CaseKind = {
  subject: "Fréchet distances",
  files: [".safetensors", ".expected.json"],
  check,
};

async function check(prefix: string): Promise<CheckedGroup[]> {
  const path = `${prefix}.expected.json`;
  const expected = readReferenceJson(path, distances);
  const reference = await readReferenceValues(`${prefix}.safetensors`);
  for (const tensor of reference.tensors.keys()) {
    if (Object.hasOwn(expected, tensor.replace(/\.[ab]$/, ""))) continue;
    throw new SemblanceError("invalid_file", `${basename(path)}: no distance for the features ${tensor}.`, {
      remedy: "Features are named NAME.a and NAME.b, and distances by NAME. Copy or create the case again.",
    });
  }
  const groups: CheckedGroup[] = [];
  for (const [name, pair] of Object.entries(expected)) {
    groups.push({ name, measured: await comparePair(reference, name, pair) });
  }
  return groups;
}

async function comparePair(
  reference: ReferenceValues,
  name: string,
  { n1, n2, dims, frechet_exact, [KID]: kid }: Distances,
): Promise<Measured[]> {
  const names: [string, string] = [`${name}.a`, `${name}.b`];
  const [a, b] = [featuresOf(reference, names[0]), featuresOf(reference, names[1])];
  const measured = [
    compareExactly(
      "n1, n2 and dims",
      [a.count, b.count, a.dims],
      [n1 ?? a.count, n2 ?? b.count, dims ?? a.dims],
    ),
    compareRelatively("frechet_exact", [await frechetDistance(a, b, names)], [frechet_exact], AGREEMENT),
  ];
  if (kid === undefined) return measured;
  return [...measured, compareRelatively("kid", [await kernelDistance(a, b, names)], [kid], AGREEMENT)];
}

function featuresOf(reference: ReferenceValues, name: string): Features {
  const { shape, data } = referenceTensor(reference, name);
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  if (shape.length === 2 && isFloat) return { count: shape[0]!, dims: shape[1]!, values: data };
  throw new SemblanceError(
    "invalid_file",
    `${reference.file}: ${name} is not a matrix of floating-point numbers.`,
    { remedy: "Create the case with one row per image." },
  );
}
