/** What each kind of reference case declares. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { Measured } from "./measured";

/** Comparisons of one group of a case's values. */
export type CheckedGroup = { readonly name: string; readonly measured: readonly Measured[] };

export type CaseKind = {
  /** What such a case is of, for messages: "a model". */
  readonly subject: string;
  /** What the names of its files have after the prefix, all of them needed; a star stands for a word. */
  readonly files: readonly string[];
  /** What it may have besides. */
  readonly optionalFiles?: readonly string[];
  /** Of kinds whose only file is PREFIX.json: whether an object with these keys is of this kind. */
  readonly recognises?: (keys: readonly string[]) => boolean;
  /** Runs every check for which the case holds values, in a fixed order. Throws where a file does not fit. */
  readonly check: (prefix: string, provider: ExecutionProvider) => Promise<CheckedGroup[]>;
};
