/** What runs on a card: kernels with the values that they read and write, in order. */
import type { Tensor } from "../graph/graph";
import type { Kernel } from "../graph/kernel";
import type { Tuning } from "../graph/tuning";
import type { Stored } from "./lowering";

export type Dispatch = {
  readonly kernel: Kernel;
  readonly reads: readonly Stored[];
  readonly writes: readonly Stored[];
};

export type Program = {
  readonly dispatches: readonly Dispatch[];
  /** What holds the graph's outputs, by name. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Inputs, parameters and constants that must be in memory before the first dispatch. */
  readonly given: ReadonlySet<Tensor>;
  /** What lies in memory as 16-bit floats. */
  readonly halves: ReadonlySet<Stored>;
};

/** What a program is written for. */
export type Target = {
  /** How many storage buffers one kernel may bind. */
  readonly mostBuffers: number;
  /** Workgroup memory that kernels which are merged into one may take together. */
  readonly mostRoomBytes: number;
  readonly tuning: Tuning;
};
