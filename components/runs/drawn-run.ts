/** A run as charts draw it. */
import type { RunCurves } from "@/lib/fine-tunes/run-series";

export type DrawnRun = {
  readonly id: string;
  readonly name: string;
  readonly lastStep: number;
  /** Steps that a point stands for. */
  readonly stride: number;
  readonly curves: RunCurves;
};
