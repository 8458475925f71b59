/** What a graphics card runs: one program, or several in order. */

/**
 * One dispatch. Storage buffers are bound in group 0: first those that are read, then those that are written, which may
 * also be read. A buffer is bound once. Shapes and attributes are constants of the code, so that nothing is uploaded for
 * a dispatch; what changes from step to step is in a buffer.
 */
export type Kernel = {
  /** Appears in the card's error messages and in profiles. */
  readonly label: string;
  /** WGSL with an entry point `main`. */
  readonly code: string;
  readonly reads: number;
  readonly writes: number;
  /** At most 65,535 along each axis. */
  readonly workgroups: readonly [number, number, number];
};

/** Values are numbered: those that the sequence reads from outside, then those that it writes, then its scratch. */
export type KernelCall = {
  readonly kernel: Kernel;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
};

/** A kernel alone: its values are what it reads and what it writes, in order. */
export function inOneCall(kernel: Kernel): KernelSequence {
  const values = Array.from({ length: kernel.reads + kernel.writes }, (_, index) => index);
  const call = { kernel, reads: values.slice(0, kernel.reads), writes: values.slice(kernel.reads) };
  return { calls: [call], scratch: [] };
}

/** Dispatches in order. */
export type KernelSequence = {
  readonly calls: readonly KernelCall[];
  /** Float32 values in each scratch buffer; what they hold before and after does not matter. */
  readonly scratch: readonly number[];
  /** What the last call does, where it only adds up: whoever reads the result may as well do it. */
  readonly total?: PartialSums;
};

/** A result that is the sum of `slices` partial ones, which lie one after the other in the last scratch buffer. */
export type PartialSums = {
  readonly slices: number;
  /** Factor on the sum. */
  readonly scale: number;
  /** WGSL of the place in the bias, the last of what is read, of the value at an index; absent: there is no bias. */
  readonly biasIndex?: (index: string) => string;
};
