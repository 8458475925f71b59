/** Finds the named tensors in what torch.save wrote: state dicts, alone, nested, or with other values. */
import { type CheckpointFile, damagedFileError } from "./checkpoint-file";
import { InertObject, PickleGlobal, PickleTuple, type PickleValue } from "./pickle-values";
import type { StoredTensor } from "./stored-tensor";
import type { TensorGroup } from "./tensor-groups";
import { TorchTensor, UnreadTensor } from "./torch-globals";
import type { UnpickledFile } from "./torch-zip";

export interface TorchContents {
  readonly groups: readonly TensorGroup[];
  /** The plain values besides the weights, as text; nested ones as JSON. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Dicts and objects inside of each other that are looked into. */
const deepest = 12;

/** Characters of all names together: long keys before many tensors would fill the memory. */
const mostNameCharacters = 50_000_000;

/**
 * Every dict that holds tensors, wherever it is; parts of a whole pickled module as one group.
 *
 * @throws SemblanceError invalid_file where all names together are too long.
 */
export function collectTorchTensors(file: CheckpointFile, unpickled: UnpickledFile): TorchContents {
  const collector = new Collector(file.name, unpickled);
  collector.visit(unpickled.value, "", 0);
  const root = unpickled.value;
  return { groups: collector.groups, metadata: root instanceof Map ? collectMetadata(root) : {} };
}

type MutableGroup = {
  readonly path: string;
  readonly tensors: Map<string, () => StoredTensor>;
  readonly unread: Map<string, string>;
};

class Collector {
  readonly groups: MutableGroup[] = [];
  readonly #fileName: string;
  readonly #unpickled: UnpickledFile;
  /** Many keys of a hostile file may share one large dict, and dicts may hold themselves: each is looked into once. */
  readonly #visited = new Set<PickleValue>();
  #nameCharacters = 0;

  constructor(fileName: string, unpickled: UnpickledFile) {
    this.#fileName = fileName;
    this.#unpickled = unpickled;
  }

  visit(value: PickleValue, path: string, depth: number): void {
    if (typeof value !== "object" || value === null || depth > deepest || this.#visited.has(value)) return;
    this.#visited.add(value);
    if (value instanceof Map) {
      this.#add(value, "", this.#newGroup(path));
      for (const [key, item] of value) this.visit(item, this.#join(path, key), depth + 1);
    } else if (value instanceof PickleTuple || Array.isArray(value)) {
      const items = value instanceof PickleTuple ? value.items : value;
      for (const [index, item] of items.entries()) this.visit(item, this.#join(path, index), depth + 1);
    } else if (value instanceof InertObject) {
      this.visit(value.entries, path, depth + 1);
      const { state } = value;
      const attributes =
        state instanceof PickleTuple ? state.items.find((item) => item instanceof Map) : state;
      if (attributes instanceof Map && attributes.has("_parameters")) {
        this.#addModule(value, "", this.#newGroup(path), depth);
      } else if (attributes !== undefined) this.visit(attributes, path, depth + 1);
    }
  }

  /** A pickled torch.nn.Module keeps its tensors and its parts in these attributes. */
  #addModule(module: InertObject, prefix: string, group: MutableGroup, depth: number): void {
    const { state } = module;
    if (!(state instanceof Map) || depth > deepest) return;
    for (const attribute of ["_parameters", "_buffers"]) {
      const tensors = state.get(attribute);
      if (tensors instanceof Map) this.#add(tensors, prefix, group);
    }
    const parts = state.get("_modules");
    if (!(parts instanceof Map) || this.#visited.has(parts)) return;
    this.#visited.add(parts);
    for (const [key, part] of parts) {
      if (part instanceof InertObject && typeof key === "string")
        this.#addModule(part, `${prefix}${key}.`, group, depth + 1);
    }
  }

  #newGroup(path: string): MutableGroup {
    return { path, tensors: new Map(), unread: new Map() };
  }

  #add(mapping: ReadonlyMap<PickleValue, PickleValue>, prefix: string, group: MutableGroup): void {
    for (const [key, value] of mapping) {
      if (!(value instanceof TorchTensor || value instanceof UnreadTensor)) continue;
      // Weights have names. Optimizers number their tensors, and what is beside may have keys of any kind.
      if (typeof key !== "string") continue;
      const name = this.#count(prefix + key);
      if (value instanceof UnreadTensor) group.unread.set(name, value.typeName);
      else group.tensors.set(name, () => this.#locate(value));
    }
    const isEmpty = group.tensors.size + group.unread.size === 0;
    if (!isEmpty && !this.groups.includes(group)) this.groups.push(group);
  }

  #locate({ storage, shape, strides, offset }: TorchTensor): StoredTensor {
    return { dtype: storage.dtype, shape, strides, offset, block: this.#unpickled.locate(storage) };
  }

  #join(path: string, key: PickleValue): string {
    if (typeof key !== "string" && typeof key !== "number") return path;
    return this.#count(path === "" ? String(key) : `${path}.${key}`);
  }

  #count(name: string): string {
    this.#nameCharacters += name.length;
    if (this.#nameCharacters > mostNameCharacters)
      throw damagedFileError(this.#fileName, "the names of its tensors are too long.");
    return name;
  }
}

type Mapping = ReadonlyMap<PickleValue, PickleValue>;

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
  // The settings of a run are often an argparse.Namespace or its own class.
  if (value instanceof InertObject)
    return value.state instanceof Map ? toPlain(value.state, budget, depth + 1) : undefined;
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
