/** The tensors of a file as groups: one for each state dict in it, with the keys that lead there. */
import { damagedFileError } from "./checkpoint-file";
import { bytesPerElement } from "./stored-dtype";
import { checkStoredTensor, type StoredTensor, shapeToLength } from "./stored-tensor";

/** Named tensors that belong together, such as a state dict. */
export interface TensorGroup {
  /** The keys from the top of the file to the group, joined by dots; empty at the top. */
  readonly path: string;
  /** Each by its name in the group; where it is is found, and may throw, only when asked. */
  readonly tensors: ReadonlyMap<string, () => StoredTensor>;
  /** Tensors of types that are not read, with the name of the type. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Keys under which training scripts commonly keep the weights, best first. */
const customaryKeys = [
  "state_dict",
  "model_state_dict",
  "model",
  "module",
  "network",
  "net",
  "weights",
  "params",
];

/** Averages of the weights: read where there is nothing else, or where they are asked for. */
const averagePattern = /(^|[._])(ema|averaged?|shadow)([._]|$)/i;

/** What training stores besides its weights, under their names or under numbers. */
const besidePattern =
  /(^|[._])(optim|lr_sched|sched|scaler|grads?([._]|$)|exp_avg|momentum|callbacks|loops)/i;

/**
 * Groups in the order in which they are taken for the weights: those under customary keys, then the top of the file,
 * then others by size, and averages after them. Groups with less than
 * half of the largest one's tensors come last. What a training keeps beside the weights is left out, unless there is
 * nothing else.
 */
export function inOrderOfPreference<Candidate extends { readonly path: string; readonly size: number }>(
  candidates: readonly Candidate[],
): Candidate[] {
  const weights = candidates.filter(({ path }) => !besidePattern.test(path));
  const considered = weights.length > 0 ? weights : candidates;
  const largest = considered.reduce((most, { size }) => Math.max(most, size), 0);
  const rank = ({ path, size }: Candidate): number => {
    if (size * 2 < largest) return 300;
    if (averagePattern.test(path)) return 200;
    if (path === "") return 100;
    const keys = path.split(".").map((key) => customaryKeys.indexOf(key));
    const best = Math.min(...keys.filter((place) => place >= 0));
    return Number.isFinite(best) ? best : 101;
  };
  return considered
    .map((candidate) => ({ candidate, place: rank(candidate) }))
    .sort((a, b) => a.place - b.place || b.candidate.size - a.candidate.size)
    .map(({ candidate }) => candidate);
}

/** How often the tensors of one group may repeat a file's bytes by views, before the file counts as hostile. */
const mostRepetition = 4;
const repetitionAllowanceBytes = 64 * 2 ** 20;

/**
 * Finds the tensors of a group in the file and checks them.
 *
 * @throws SemblanceError invalid_file naming a tensor that is not in the file, or whose view is out of bounds.
 */
export function locateTensors(
  file: { readonly name: string; readonly sizeBytes: number },
  tensors: TensorGroup["tensors"],
): Map<string, StoredTensor> {
  const located = new Map<string, StoredTensor>();
  let totalBytes = 0;
  for (const [name, locate] of tensors) {
    const tensor = locate();
    checkStoredTensor(file.name, name, tensor);
    located.set(name, tensor);
    totalBytes += shapeToLength(tensor.shape) * bytesPerElement[tensor.dtype];
  }
  if (totalBytes > mostRepetition * file.sizeBytes + repetitionAllowanceBytes) {
    throw damagedFileError(
      file.name,
      `its tensors claim ${totalBytes} bytes, the file has ${file.sizeBytes}.`,
    );
  }
  return located;
}
