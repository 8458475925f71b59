/** What an operation needs to write itself for a graphics card. */

import type { Kernel, KernelSequence } from "./kernel";
import type { TensorType } from "./tensor-type";
import type { Tuning } from "./tuning";

/** How values lie on the card: every integer type and bool as `i32`. */
export type ScalarType = "f32" | "i32" | "u32" | "bool";

/** WGSL that computes one value of a result: statements collect, expressions are returned. */
export interface ValueScope<Tensor> {
  /** The flat, row-major index of the value, u32. */
  readonly index: string;
  /** The operand's value at a flat index (default: the scope's), of type f32 or i32. */
  read(operand: Tensor, index?: string): string;
  /** Names an expression; equal expressions get one name. */
  name(type: ScalarType, expression: string): string;
  /** Adds functions or constants that expressions refer to, once. */
  declare(code: string): void;
}

/** A result each of whose values follows from a few values of the operands. */
export type MapRule<Tensor> = {
  readonly reads: readonly Tensor[];
  /** Values only move: a consumer may as well look for them where they come from. */
  readonly moves?: boolean;
  /** It reads many values of a long operand: it is computed where it is read only if that is in one place. */
  readonly readsMany?: boolean;
  value(scope: ValueScope<Tensor>): string;
};

/** A result each of whose values combines many values of the operands. */
export type ReduceRule<Tensor> = {
  readonly reads: readonly Tensor[];
  /** How many terms make one value. */
  readonly count: number;
  /** Whether neighbouring terms of one value are neighbours in memory, rather than neighbouring values' terms. */
  readonly alongRows: boolean;
  /** Default: sum. */
  readonly combine?: "sum" | "max";
  /** The term of number `term` (u32) of the value at the scope's index. */
  term(scope: ValueScope<Tensor>, term: string): string;
  /** What becomes of the combined terms; default: themselves. */
  finish?(scope: ValueScope<Tensor>, combined: string): string;
};

export interface KernelEmitter<Tensor> {
  readonly tuning: Tuning;
  /** Whether the graph's outputs depend on the tensor. */
  isUsed(tensor: Tensor): boolean;
  /** `y` has the values of `x` in the same order. */
  view(y: Tensor, x: Tensor): void;
  /** Runs of maps become one kernel. */
  map(y: Tensor, rule: MapRule<Tensor>): void;
  reduce(y: Tensor, rule: ReduceRule<Tensor>): void;
  /** Runs kernels that are written by hand; together they write every value of `writes`. */
  run(work: Kernel | KernelSequence, reads: readonly Tensor[], writes: readonly Tensor[]): void;
  /** A value between the steps of one operation. */
  value(type: TensorType): Tensor;
}
