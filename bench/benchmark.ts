/** What every benchmark is and gives. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { PairedTimes } from "./paired-runs";
import type { PeerDescription } from "./pytorch-peer";

export type BenchmarkSetting = {
  /** The Python that has PyTorch, or null where there is none. */
  readonly interpreter: string | null;
  readonly threads: number;
  /** Where ours runs; on a graphics card PyTorch runs there too. */
  readonly provider: ExecutionProvider;
  /** Empty, for files; deleted afterwards. */
  readonly folder: string;
};

export type BenchmarkResult = {
  readonly times: PairedTimes;
  /** Relative L2 distance of our result from the peer's. */
  readonly agreement: number | null;
  readonly peer: PeerDescription | null;
};

export type Benchmark = {
  readonly name: string;
  /** Our time by the peer's should be at most this; null where nothing was aimed at. */
  readonly aim: number | null;
  run(setting: BenchmarkSetting): Promise<BenchmarkResult>;
};

/** Results further apart than this are not of the same computation. */
export const largestDisagreement = 1e-4;
