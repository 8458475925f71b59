/** Everything a killed run continues from, stored so that every moment of a crash leaves a whole state behind. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { elementCount, type Shape } from "@/lib/engine/graph/tensor-type";
import { SemblanceError } from "@/lib/errors";
import { type Checkpoint, openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import type { LossScale } from "./loss-scaling";

/** The values that change from step to step. The random numbers need no state: they follow from seed and step. */
export type TrainingState = {
  /** The weights that learn. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Their moving average; null where none is kept. */
  readonly average: ReadonlyMap<string, Float32Array> | null;
  /** AdamW's. */
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
  /** Of a run in half precision; null where there has been none. */
  readonly lossScale: LossScale | null;
};

/** How far a run is. */
export type TrainingPosition = {
  /** Steps done. */
  readonly step: number;
  /** Whether previews and checkpoints that were due after the last of them are still to be made. */
  readonly isDueLeft: boolean;
};

/** States kept: the newest, and one in case that one cannot be read. */
const keptStates = 2;

const fileNamePattern = /^step-(\d+)\.safetensors$/;
const unfinishedPattern = /^\..*\.partial$/;

/** Removes files that a kill left half written. */
export async function removeUnfinishedFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (unfinishedPattern.test(name)) await rm(join(folder, name), { force: true });
  }
}

/** The states of one run, in their own folder. */
export class TrainingStateFolder {
  private readonly path: string;
  private readonly fingerprint: string;
  private readonly earlierFingerprint: string | null;

  private constructor(path: string, fingerprint: string, earlierFingerprint: string | null) {
    this.path = path;
    this.fingerprint = fingerprint;
    this.earlierFingerprint = earlierFingerprint;
  }

  /** @param earlierFingerprint what the states of an earlier version may name the same run by */
  static async open(
    path: string,
    fingerprint: string,
    earlierFingerprint: string | null = null,
  ): Promise<TrainingStateFolder> {
    await mkdir(path, { recursive: true });
    await removeUnfinishedFiles(path);
    return new TrainingStateFolder(path, fingerprint, earlierFingerprint);
  }

  /**
   * Stores the state after `position.step` steps beside the newest one before; older ones are removed. The file appears whole
   * or not at all.
   *
   * @returns its path
   * @throws SemblanceError `disk_full`; the newest state before is intact then.
   */
  async save(
    { step, isDueLeft }: TrainingPosition,
    state: TrainingState,
    shapes: ReadonlyMap<string, Shape>,
  ): Promise<string> {
    const path = join(this.path, `step-${String(step).padStart(9, "0")}.safetensors`);
    const tensors = new Map<string, TensorToWrite>();
    for (const [name, data] of arraysOf(state)) {
      const shape = shapes.get(name.slice(name.indexOf("/") + 1))!;
      tensors.set(name, { dtype: "float32", shape, data: data as Float32Array<ArrayBuffer> });
    }
    // Before, not after, so that the disk never holds more than are kept: each is four times the model.
    const others = (await this.list()).filter((stored) => stored.step !== step);
    for (const { name } of others.slice(keptStates - 1)) await rm(join(this.path, name), { force: true });
    await writeSafetensors(path, tensors, {
      step: String(step),
      fingerprint: this.fingerprint,
      ...(isDueLeft && { due_left: "true" }),
      ...(state.lossScale && { loss_scale: JSON.stringify(state.lossScale) }),
    });
    return path;
  }

  /**
   * Fills a state from the newest file that can be read.
   *
   * @param read gives the state to fill; not called where there is none
   * @param onDamaged told of each file that cannot.
   * @returns how far the run is, at step 0 where there is no state, and the state.
   * @throws SemblanceError `conflict` where the folder belongs to a run with other settings.
   */
  async restore(
    read: () => Promise<TrainingState>,
    onDamaged: (message: string) => void,
  ): Promise<TrainingPosition & { readonly state: TrainingState | null }> {
    const stored = await this.list();
    const state = stored.length === 0 ? null : await read();
    for (const { name, step } of state ? stored : []) {
      const checkpoint = await this.openState(name, state!).catch((error: unknown) => {
        if (error instanceof SemblanceError && error.code === "conflict") throw error;
        onDamaged(`${name} is damaged and was skipped: ${(error as Error).message}`);
        return null;
      });
      if (checkpoint === null) continue;
      try {
        for (const [tensor, target] of arraysOf(state!)) target.set(await checkpoint.readFloat32(tensor));
      } finally {
        await checkpoint.close();
      }
      const { due_left, loss_scale } = checkpoint.metadata;
      const lossScale = loss_scale === undefined ? null : (JSON.parse(loss_scale) as LossScale);
      return { step, isDueLeft: due_left === "true", state: { ...state!, lossScale } };
    }
    return { step: 0, isDueLeft: false, state: null };
  }

  /** Opens a file of which everything that can be told before reading its values is right. */
  private async openState(name: string, state: TrainingState): Promise<Checkpoint> {
    const checkpoint = await openCheckpoint(join(this.path, name));
    try {
      const { fingerprint } = checkpoint.metadata;
      if (fingerprint !== this.fingerprint && fingerprint !== (this.earlierFingerprint ?? this.fingerprint)) {
        throw new SemblanceError(
          "conflict",
          `${this.path} contains a run with different settings, model or images.`,
          {
            remedy: "Choose another folder for this run, or resume the other run with its own settings.",
          },
        );
      }
      for (const [tensor, target] of arraysOf(state)) {
        const shape = checkpoint.tensors.get(tensor)?.shape;
        if (shape === undefined || elementCount(shape) !== target.length) {
          throw new SemblanceError("invalid_file", `${tensor} is not what this model needs.`);
        }
      }
      return checkpoint;
    } catch (error) {
      await checkpoint.close();
      throw error;
    }
  }

  /** Newest first. */
  private async list(): Promise<{ name: string; step: number }[]> {
    const names = await readdir(this.path);
    return names
      .flatMap((name) => {
        const step = fileNamePattern.exec(name)?.[1];
        return step === undefined ? [] : [{ name, step: Number(step) }];
      })
      .sort((a, b) => b.step - a.step);
  }
}

/** Every array of a state under its name in the file. */
function* arraysOf({
  weights,
  average,
  firstMoments,
  secondMoments,
}: TrainingState): Generator<[string, Float32Array]> {
  const groups = {
    weights,
    average: average ?? new Map<string, Float32Array>(),
    first_moments: firstMoments,
    second_moments: secondMoments,
  };
  for (const [group, arrays] of Object.entries(groups)) {
    for (const [name, data] of arrays) yield [`${group}/${name}`, data];
  }
}
