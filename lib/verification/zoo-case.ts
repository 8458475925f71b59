/** Cases PREFIX.json with PREFIX-*.pt: files of torch.save in its several formats, and every tensor that they hold. */
import { basename } from "node:path";
import { z } from "zod";
import { type Checkpoint, openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { filesUnder } from "./case-files";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareExactly, type Measured } from "./measured";
import { readReferenceJson } from "./reference-json";

const FILES = "-*.pt";

/** A string, and numbers as Python writes them: NaN and infinities too, which are no JSON. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** What JSON.parse would refuse, or round because it is beyond 2^53; quoteUnusual makes strings of it. */
const UNUSUAL = /^(?:NaN|-?Infinity|-?\d{16,})$/;

const value = z.union([z.number(), z.boolean(), z.string().regex(UNUSUAL)]);
type Value = z.infer<typeof value>;

const zoo = z.record(
  z.string(),
  z.object({ dtype: z.string(), shape: z.array(z.number().int().min(0)), values: z.array(value) }),
);
type Zoo = z.infer<typeof zoo>;

/** Of each file, which all hold the same: names, and of each tensor type, shape and values. */
export const zooCase: CaseKind = { subject: "files of torch.save", files: [".json", FILES], check };

async function check(prefix: string): Promise<CheckedGroup[]> {
  const expected = readReferenceJson(`${prefix}.json`, zoo, quoteUnusual);
  const groups: CheckedGroup[] = [];
  for (const path of filesUnder(prefix, FILES)) {
    const checkpoint = await openCheckpoint(path);
    try {
      groups.push({ name: basename(path), measured: await compareTensors(checkpoint, expected) });
    } finally {
      await checkpoint.close();
    }
  }
  return groups;
}

function quoteUnusual(text: string): string {
  return text.replace(STRING_OR_NUMBER, (found) => (UNUSUAL.test(found) ? `"${found}"` : found));
}

async function compareTensors(checkpoint: Checkpoint, expected: Zoo): Promise<Measured[]> {
  const names = [...checkpoint.tensors.keys()];
  const measured = [compareExactly("names of tensors", names.sort(), Object.keys(expected).sort())];
  for (const [name, { dtype, shape, values }] of Object.entries(expected)) {
    if (!checkpoint.tensors.has(name)) continue;
    const tensor = await checkpoint.read(name);
    const { data } = tensor;
    measured.push(
      compareExactly(`${name}.dtype`, [`torch.${tensor.dtype}`], [dtype]),
      compareExactly(`${name}.shape`, tensor.shape, shape),
      data instanceof BigInt64Array
        ? compareExactly<number | bigint>(`${name}.values`, [...data], values.map(toWhole))
        : compareExactly(`${name}.values`, [...data], values.map(Number)),
      compareExactly(
        `${name}.values as float32`,
        [...(await checkpoint.readFloat32(name))],
        values.map((value) => Math.fround(Number(value))),
      ),
    );
  }
  return measured;
}

/** What is no whole number stays a number, which equals no bigint. */
const toWhole = (value: Value) => (Number.isInteger(Number(value)) ? BigInt(value) : Number(value));
