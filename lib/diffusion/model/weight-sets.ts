/**
 * Which tensors of a file are a model's weights: files hold them under keys (`state_dict`, `model`, `ema`), with
 * prefixes (`module.` of DataParallel, `model.` of Lightning, `_orig_mod.` of torch.compile), and beside other things.
 */
import { SemblanceError } from "@/lib/errors";
import { printable } from "@/lib/tensor-files/checkpoint-file";
import { type Checkpoint, openTensorFile, type TensorFile } from "@/lib/tensor-files/load-checkpoint";
import type { StoredTensor } from "@/lib/tensor-files/stored-tensor";
import { inOrderOfPreference } from "@/lib/tensor-files/tensor-groups";

/** One of the sets of weights in a file. */
export type WeightSet = {
  /** The keys and the prefix that lead to it, joined by dots, by which it is chosen; empty at the top of the file. */
  readonly key: string;
  /** Number of its tensors. */
  readonly size: number;
};

export type OpenedWeights = {
  readonly checkpoint: Checkpoint;
  readonly chosen: WeightSet;
  /** All sets in the file, the one that is taken by default first. */
  readonly sets: readonly WeightSet[];
  /** Tensors of unsupported types, by name in the chosen set. */
  readonly unread: ReadonlyMap<string, string>;
  /** Remarks on how the file was read, in sentences; usually none. */
  readonly notes: readonly string[];
};

/** Every GLIDE model has them; the second is for files of parts. */
const anchors = ["input_blocks.0.0.weight", "time_embed.0.weight"];

type Candidate = WeightSet & {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, () => StoredTensor>;
  readonly unread: ReadonlyMap<string, string>;
};

/**
 * Opens a file and chooses a set of weights, whose tensors get the model's own names.
 *
 * @param key a set's key, or its last part; absent: the first of `sets`
 * @throws SemblanceError as openTensorFile; invalid_input for a key that the file does not have, naming those it has
 */
export async function openWeights(path: string, key?: string): Promise<OpenedWeights> {
  const file = await openTensorFile(path);
  try {
    const candidates = inOrderOfPreference(findCandidates(file));
    const chosen = key === undefined ? candidates[0]! : findByKey(candidates, key, file.name);
    const sets = candidates.map(({ key: each, size }) => ({ key: each, size }));
    return {
      checkpoint: file.toCheckpoint(chosen.tensors),
      chosen: { key: chosen.key, size: chosen.size },
      sets,
      unread: chosen.unread,
      notes: describe(file, chosen, candidates, key !== undefined),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Where no tensor has a model's name, every group is a candidate, so that the error can say what is missing. */
function findCandidates(file: TensorFile): Candidate[] {
  for (const anchor of anchors) {
    const found = file.groups.flatMap((group) =>
      [...group.tensors.keys()]
        .filter((name) => name === anchor || name.endsWith(`.${anchor}`))
        .map((name) => toCandidate(group, name.slice(0, -anchor.length))),
    );
    if (found.length > 0) return found;
  }
  return file.groups.filter(({ tensors }) => tensors.size > 0).map((group) => toCandidate(group, ""));
}

function toCandidate(group: TensorFile["groups"][number], prefix: string): Candidate {
  const within = <Value>(all: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
    prefix === ""
      ? all
      : new Map(
          [...all].flatMap(([name, value]) =>
            name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
          ),
        );
  const tensors = within(group.tensors);
  const key = [group.path, prefix.replace(/\.$/, "")].filter((part) => part !== "").join(".");
  return { key, path: key, size: tensors.size, tensors, unread: within(group.unread) };
}

function findByKey(candidates: readonly Candidate[], key: string, fileName: string): Candidate {
  // A dot alone is the top of the file.
  const wanted = key.replace(/\.$/, "");
  const exact = candidates.find((each) => each.key === wanted);
  const ending = candidates.filter(
    (each) => each.key.endsWith(`.${wanted}`) || each.key.startsWith(`${wanted}.`),
  );
  const found = exact ?? (ending.length === 1 ? ending[0] : undefined);
  if (found) return found;
  const known = candidates.map((each) => nameOf(each)).join(", ");
  throw new SemblanceError(
    "invalid_input",
    `${fileName} has no weights under the key “${printable(key)}”. It has weights under ${printable(known)}.`,
    { remedy: "Use one of these keys, or none." },
  );
}

const nameOf = ({ key }: WeightSet) => (key === "" ? "no key (the top level of the file)" : `“${key}”`);

/** Modules whose functions start programs, open files or run code. */
const suspiciousPattern =
  /^((os|posix|nt|subprocess|sys|shutil|socket|runpy|importlib|ctypes|webbrowser)\.|(builtins|__builtin__)\.(eval|exec|compile|open|__import__)$)/;

/** Names that a note lists. */
const namesShown = 5;

function describe(
  file: TensorFile,
  chosen: Candidate,
  candidates: readonly Candidate[],
  wasAsked: boolean,
): string[] {
  const notes: string[] = [];
  const others = candidates.filter((each) => each !== chosen);
  if (others.length > 0 && !wasAsked) {
    notes.push(
      `The file contains ${candidates.length} sets of weights. Using ${nameOf(chosen)}; to use another, give its key: ${others.map(nameOf).join(", ")}.`,
    );
  } else if (chosen.key !== "") notes.push(`The weights are under ${nameOf(chosen)}.`);
  const unknown = [...file.unknownNames];
  if (unknown.length > 0) {
    const more = unknown.length > namesShown ? ` and ${unknown.length - namesShown} more` : "";
    notes.push(
      `The file refers to unknown objects: ${unknown.slice(0, namesShown).join(", ")}${more}. None of their code was run.`,
    );
  }
  const suspicious = unknown.filter((name) => suspiciousPattern.test(name));
  if (suspicious.length > 0) {
    notes.push(`No checkpoint needs ${suspicious.join(", ")}: do not load this file in PyTorch.`);
  }
  return notes.map(printable);
}
