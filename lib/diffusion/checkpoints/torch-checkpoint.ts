/** Finds the named weights in what torch.save wrote: a state dict, alone or beside other values. */
import { SemblanceError } from "@/lib/errors";
import { type CheckpointFile, damagedFileError } from "./checkpoint-file";
import { PickleGlobal, PickleTuple, type PickleValue } from "./pickle-values";
import { bytesPerElement } from "./stored-dtype";
import { checkStoredTensor, type StoredTensor, shapeToLength } from "./stored-tensor";
import { TorchTensor } from "./torch-globals";
import type { UnpickledFile } from "./torch-zip";

export interface TorchWeights {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The plain values beside the weights, as text; nested ones as JSON. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Keys under which training scripts commonly keep the weights, best first. */
const customaryKeys = ["state_dict", "model_state_dict", "model", "weights", "params"];

/** How often the tensors of one file may repeat its bytes by views, before the file counts as hostile. */
const mostRepetition = 4;
const repetitionAllowanceBytes = 64 * 2 ** 20;

/**
 * The state dict of an unpickled file: the top level where it holds tensors, otherwise the entry under a customary
 * key, otherwise the entry with the most tensors.
 *
 * @throws SemblanceError missing_tensor where there are no named tensors, invalid_file for views out of bounds.
 */
export function collectTorchWeights(file: CheckpointFile, unpickled: UnpickledFile): TorchWeights {
  const root = unpickled.value;
  const stateDict = findStateDict(root);
  if (stateDict === null) {
    throw new SemblanceError("missing_tensor", `${file.name} holds no named tensors.`, {
      remedy: "Save a state dict: torch.save(model.state_dict(), path).",
    });
  }
  const tensors = new Map<string, StoredTensor>();
  let totalBytes = 0;
  for (const [key, value] of stateDict) {
    if (!(value instanceof TorchTensor)) continue;
    if (typeof key !== "string") throw damagedFileError(file.name, "a tensor's name is not text.");
    const tensor = {
      dtype: value.storage.dtype,
      shape: value.shape,
      strides: value.strides,
      offset: value.offset,
      block: unpickled.locate(value.storage),
    };
    checkStoredTensor(file.name, key, tensor);
    tensors.set(key, tensor);
    totalBytes += shapeToLength(tensor.shape) * bytesPerElement[tensor.dtype];
  }
  if (totalBytes > mostRepetition * file.sizeBytes + repetitionAllowanceBytes) {
    throw damagedFileError(
      file.name,
      `its tensors claim ${totalBytes} bytes, the file has ${file.sizeBytes}.`,
    );
  }
  return { tensors, metadata: root instanceof Map ? collectMetadata(root) : {} };
}

type Mapping = ReadonlyMap<PickleValue, PickleValue>;

function countTensors(mapping: Mapping): number {
  let count = 0;
  for (const value of mapping.values()) if (value instanceof TorchTensor) count++;
  return count;
}

function findStateDict(root: PickleValue): Mapping | null {
  if (!(root instanceof Map)) return null;
  if (countTensors(root) > 0) return root;
  // Keyed by the mapping: many keys of a hostile file may share one large mapping, which is counted once.
  const counts = new Map<Mapping, number>();
  for (const value of root.values()) {
    if (value instanceof Map && !counts.has(value)) counts.set(value, countTensors(value));
  }
  for (const key of customaryKeys) {
    const value = root.get(key);
    if (value instanceof Map && (counts.get(value) ?? 0) > 0) return value;
  }
  const [largest] = [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return largest?.[0] ?? null;
}

/** Characters and values of metadata kept in all. */
const mostMetadataCharacters = 100_000;

function collectMetadata(root: Mapping): Record<string, string> {
  const metadata: [string, string][] = [];
  const budget = { remaining: mostMetadataCharacters };
  for (const [key, value] of root) {
    if (typeof key !== "string" || key.length > budget.remaining) continue;
    const plain = toPlain(value, budget);
    if (plain === undefined) continue;
    metadata.push([key, typeof plain === "string" ? plain : JSON.stringify(plain)]);
  }
  return Object.fromEntries(metadata);
}

/**
 * A value as JSON data, or undefined where it is or holds a tensor, or is too long: values may share parts, so
 * that writing a short file out in full could take any length, or refer to themselves.
 */
function toPlain(value: PickleValue, budget: { remaining: number }, depth = 0): unknown {
  budget.remaining -= 1 + (typeof value === "string" || value instanceof Uint8Array ? value.length : 0);
  if (budget.remaining < 0 || depth > 16) return undefined;
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof PickleGlobal) return value.qualifiedName;
  if (value instanceof PickleTuple) return toPlainList(value.items, budget, depth);
  if (Array.isArray(value)) return toPlainList(value, budget, depth);
  if (value instanceof Set) return toPlainList([...value], budget, depth);
  if (value instanceof Map) {
    const entries: [string, unknown][] = [];
    for (const [key, item] of value) {
      budget.remaining -= typeof key === "string" ? key.length : 0;
      const plain = toPlain(item, budget, depth + 1);
      if (plain === undefined || typeof key === "object") return undefined;
      entries.push([String(key), plain]);
    }
    return Object.fromEntries(entries);
  }
  return undefined;
}

function toPlainList(items: readonly PickleValue[], budget: { remaining: number }, depth: number): unknown {
  const list: unknown[] = [];
  for (const item of items) {
    const plain = toPlain(item, budget, depth + 1);
    if (plain === undefined) return undefined;
    list.push(plain);
  }
  return list;
}
