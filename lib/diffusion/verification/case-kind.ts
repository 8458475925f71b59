/** What each kind of reference case declares. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { Measured } from "./relative-error";

/** Comparisons of one group of a case's values. */
export type CheckedGroup = { readonly name: string; readonly measured: readonly Measured[] };

export type CaseKind = {
  /** Whether a case is of this kind, told by the endings of the files that are under its prefix. */
  readonly recognises: (has: (ending: string) => boolean) => boolean;
  /** Runs every check for which the case holds values, in a fixed order. Throws where a file does not fit. */
  readonly check: (prefix: string, provider: ExecutionProvider) => Promise<CheckedGroup[]>;
};
