/** Estimates of arms from comparisons of two, under Davidson's model. */
import type { AnswerEstimates } from "./answer-model";
import { davidson } from "./davidson";
import { pairEstimates } from "./pair-estimates";
import type { Vote } from "./vote";
import { comparingVotes, votesToTable } from "./vote-table";

/** Null where no vote compares two arms. @param arms in the order that the estimates keep */
export function voteEstimates(votes: Iterable<Vote>, arms: readonly string[]): AnswerEstimates | null {
  const table = comparingVotes(votesToTable(votes, arms));
  if (table.voteCount === 0) return null;
  const { estimates, fit } = pairEstimates(table, davidson);
  return { estimates, tieParameter: fit.tieParameter, method: fit.method };
}
