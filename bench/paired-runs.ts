/** Times two contenders in turn, so that whatever else the machine does falls on both. */
import { setTimeout } from "node:timers/promises";

/** Runs once and returns milliseconds. */
export type Contender = () => Promise<number>;

export type Spread = { readonly median: number; readonly min: number; readonly max: number };

export type PairedTimes = {
  readonly ours: Spread;
  /** Null where only ours was timed. */
  readonly peer: Spread | null;
  /** Ours by the peer's: of the runs of one round each. */
  readonly ratio: Spread | null;
  readonly rounds: number;
};

/** OpenBLAS's and OpenMP's threads spin for up to 30 ms after their work, on the cores that the next one needs. */
const restMs = 60;

/** A, B, A, B, … with rests between, after `warmUps` rounds that do not count. */
export async function timePairs(
  ours: Contender,
  peer: Contender | null,
  { rounds, warmUps }: { rounds: number; warmUps: number },
): Promise<PairedTimes> {
  const own: number[] = [];
  const others: number[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    await setTimeout(restMs);
    const ownMs = await ours();
    await setTimeout(restMs);
    const otherMs = peer === null ? null : await peer();
    if (round < 0) continue;
    own.push(ownMs);
    if (otherMs !== null) others.push(otherMs);
  }
  return {
    ours: spreadOf(own),
    peer: peer && spreadOf(others),
    ratio: peer && spreadOf(own.map((ms, round) => ms / others[round]!)),
    rounds,
  };
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}
