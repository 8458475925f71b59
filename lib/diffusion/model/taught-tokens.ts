/**
 * A token table of which only the taught rows are stored: a small world's captions use a few hundred of GPT-2's 50,257
 * tokens, and the other rows would make up most of a small model's file.
 *
 * Such a file has `token_embedding.weight` with n rows and `token_embedding.taught_rows`, int32 [n], with the token
 * of each row, ascending. Opened as a model it has the whole table, with zeros in the rows that were never taught.
 */
import { damagedFileError } from "@/lib/tensor-files/checkpoint-file";
import type { Checkpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { GPT2_VOCABULARY_SIZE } from "./model-options";
import { openWeights } from "./weight-sets";

const tableName = "token_embedding.weight";
const rowsName = "token_embedding.taught_rows";

/**
 * The checkpoint with its whole token table; the checkpoint itself where the table is stored whole.
 *
 * @param source names the file in messages.
 * @throws SemblanceError `invalid_file` where the stored rows do not say which tokens they belong to.
 */
export async function withWholeTokenTable(checkpoint: Checkpoint, source: string): Promise<Checkpoint> {
  if (!checkpoint.tensors.has(rowsName)) return checkpoint;
  const rows = await readRows(checkpoint, source);
  const { dtype, shape } = checkpoint.tensors.get(tableName)!;
  const width = shape[1]!;
  const tensors = new Map(checkpoint.tensors);
  tensors.delete(rowsName);
  tensors.set(tableName, { dtype, shape: [GPT2_VOCABULARY_SIZE, width] });
  return {
    ...checkpoint,
    tensors,
    readFloat32: async (name) => {
      const stored = await checkpoint.readFloat32(name);
      if (name !== tableName) return stored;
      const whole = new Float32Array(GPT2_VOCABULARY_SIZE * width);
      for (const [at, token] of rows.entries()) {
        whole.set(stored.subarray(at * width, (at + 1) * width), token * width);
      }
      return whole;
    },
  };
}

/**
 * Of a model's tensors, the token table cut down to these tokens.
 *
 * @param taught tokens in any order; may repeat.
 */
export function keepTaughtRows(
  tensors: ReadonlyMap<string, TensorToWrite>,
  taught: Iterable<number>,
): ReadonlyMap<string, TensorToWrite> {
  const table = tensors.get(tableName)!;
  const width = table.shape[1]!;
  const rows = Int32Array.from(new Set(taught)).sort();
  const kept = new Float32Array(rows.length * width);
  for (const [at, token] of rows.entries()) {
    kept.set((table.data as Float32Array).subarray(token * width, (token + 1) * width), at * width);
  }
  return new Map([
    ...tensors,
    [tableName, { dtype: table.dtype, shape: [rows.length, width], data: kept }],
    [rowsName, { dtype: "int32", shape: [rows.length], data: rows }],
  ]);
}

/**
 * The tokens that a model was taught, if not all: those stored, or those whose row in a whole table
 * is not zero (fine-tuning does not change rows of tokens that are missing from its captions).
 *
 * @returns null for a model that knows the whole vocabulary, or has no text.
 * @throws SemblanceError as openWeights; `invalid_file` as withWholeTokenTable.
 */
export async function readTaughtTokens(
  path: string,
  source: string,
  key?: string,
): Promise<ReadonlySet<number> | null> {
  const { checkpoint } = await openWeights(path, key);
  try {
    if (checkpoint.tensors.has(rowsName)) return new Set(await readRows(checkpoint, source));
    const shape = checkpoint.tensors.get(tableName)?.shape;
    if (shape === undefined) return null;
    const [vocabulary, width] = shape as readonly [number, number];
    const table = await checkpoint.readFloat32(tableName);
    const taught = new Set<number>();
    for (let token = 0; token < vocabulary; token++) {
      if (table.subarray(token * width, (token + 1) * width).some((value) => value !== 0)) taught.add(token);
    }
    return taught.size === vocabulary ? null : taught;
  } finally {
    await checkpoint.close();
  }
}

async function readRows(checkpoint: Checkpoint, source: string): Promise<Int32Array> {
  const table = checkpoint.tensors.get(tableName)?.shape;
  const { dtype, shape, data } = await checkpoint.read(rowsName);
  const rows = data as Int32Array;
  const ascending = dtype === "int32" && rows.every((token, at) => token > (rows[at - 1] ?? -1));
  if (
    !ascending ||
    shape.length !== 1 ||
    table?.length !== 2 ||
    table[0] !== rows.length ||
    (rows.at(-1) ?? 0) >= GPT2_VOCABULARY_SIZE
  ) {
    throw damagedFileError(source, `${rowsName} does not name the tokens of ${tableName}'s rows.`);
  }
  return rows;
}
