/** The validations of a run: the images and draws that stay the same, what was measured, and what follows from it. */
import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findOverfitting, type ValidationPoint } from "./overfitting";
import type { TrainingEvent, ValidationLosses } from "./training-events";
import { timestepBands, type ValidationSet } from "./validation-loss";

type ValidationEvent = Extract<TrainingEvent, { type: "validation" }>;

/** Losses of each image in each band. */
type Measured = {
  readonly key: string;
  readonly step: number;
  readonly heldOut: readonly (readonly number[])[];
  readonly training: readonly (readonly number[])[];
};

const fileName = "validation.jsonl";

export class Validation {
  readonly sets: readonly [heldOut: ValidationSet, training: ValidationSet];
  private readonly path: string;
  private readonly key: string;
  private readonly measured: Map<number, Measured>;

  private constructor(
    sets: Validation["sets"],
    path: string,
    { key, measured }: { key: string; measured: Map<number, Measured> },
  ) {
    this.sets = sets;
    this.path = path;
    this.key = key;
    this.measured = measured;
  }

  /** @param key equal where images and draws are the same; what was measured of others is no longer compared */
  static async open(directory: string, key: string, sets: Validation["sets"]): Promise<Validation> {
    const path = join(directory, fileName);
    const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
    const entries = lines.flatMap(parseLine).filter((entry) => entry.key === key);
    return new Validation(sets, path, {
      key,
      measured: new Map(entries.map((entry) => [entry.step, entry])),
    });
  }

  /**
   * What one validation tells, before it is kept. It is compared with those of other steps; of an earlier attempt of the
   * run, they may be later ones.
   */
  judge(
    step: number,
    [heldOut, training]: readonly (readonly (readonly number[])[])[],
    isAverage: boolean,
  ): { measured: Measured; event: ValidationEvent } {
    const measured = { key: this.key, step, heldOut: heldOut!, training: training! };
    const losses = toLosses(measured);
    const others = [...this.measured.values()].filter((other) => other.step > 0 && other.step !== step);
    const upToNow = [...this.measured.values()].filter((other) => other.step < step);
    const points = [...upToNow, measured].sort((a, b) => a.step - b.step).map(toPoint);
    return {
      measured,
      event: {
        type: "validation",
        step,
        losses,
        bands: Array.from({ length: timestepBands }, (_, band) => toLosses(measured, band)),
        isAverage,
        isBest: step > 0 && others.every((other) => losses.heldOut < toLosses(other).heldOut),
        overfitting: findOverfitting(points),
      },
    };
  }

  /** Returns once the system has it. A line that a crash cut short ends before the next one. */
  keep(measured: Measured): void {
    this.measured.set(measured.step, measured);
    appendFileSync(this.path, `\n${JSON.stringify(measured)}`);
  }
}

function parseLine(line: string): Measured[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as Measured];
  } catch {
    return [];
  }
}

function toPoint({ step, heldOut, training }: Measured): ValidationPoint {
  return { step, heldOut: heldOut.map(mean), training: training.map(mean) };
}

/** @param band absent: all */
function toLosses({ heldOut, training }: Measured, band?: number): ValidationLosses {
  const of = (images: readonly (readonly number[])[]) =>
    mean(images.map((losses) => (band === undefined ? mean(losses) : losses[band]!)));
  return { heldOut: of(heldOut), training: of(training) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
