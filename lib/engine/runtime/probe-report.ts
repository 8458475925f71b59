/** What a trial of an execution provider found. */
export type ProbeReport =
  | {
      readonly relativeError: number;
      /** Of convolutions of GLIDE's width, beside the processor's; null where the speed was not asked for. */
      readonly speed: { readonly milliseconds: number; readonly cpuMilliseconds: number } | null;
    }
  | { readonly error: string };

/** A provider whose results are further from the processor's, relative L2, computes something else. */
export const rightWithin = 1e-3;
