/** What a trial of an execution provider found. */
export type ProbeReport =
  | { readonly relativeError: number; readonly milliseconds: number; readonly cpuMilliseconds: number }
  | { readonly error: string };

/** A provider whose results are further from the processor's, relative L2, computes something else. */
export const rightWithin = 1e-3;
