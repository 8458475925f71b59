/** Strengths of arms from pairs: Davidson's model, and what "neither" may mean. */
import { acceptabilities } from "@/lib/statistics/acceptability";
import type {
  Alternatives,
  AlternativesContext,
  AnswerModel,
  ShownAnswer,
} from "@/lib/statistics/answer-model";
import { clusteredProportion } from "@/lib/statistics/clustered-proportion";
import { coverage } from "@/lib/statistics/compare-arms";
import { computeLeaderboard } from "@/lib/statistics/leaderboard";
import { observationsToClusters } from "@/lib/statistics/observation-clusters";
import { strengthsWithout } from "@/lib/statistics/one-rater-out";
import type { Vote, Winner } from "@/lib/statistics/vote";
import { voteEstimates } from "@/lib/statistics/vote-estimates";
import { votesToTable } from "@/lib/statistics/vote-table";

export type PairAnswer = ShownAnswer & { readonly type: "pair"; readonly winner: Winner };

export const pairModel: AnswerModel<PairAnswer> = {
  name: "davidson",
  scale: "elo",
  agreementLevel: "nominal",
  hasEqualSteps: false,
  hasSides: true,
  impliedVotes: (answers) => [...eachVote(answers)],
  estimate: (answers, arms) => voteEstimates(eachVote(answers), arms),
  // The leaderboard of pairs has its own.
  warnings: () => [],
  valueOf(answer, arm) {
    const winner = winnerOf(answer);
    return winner === arm ? 1 : winner === null ? 0 : -1;
  },
  likeness: (one, other) => (chosen(one) === chosen(other) ? 1 : 0),
  pattern: ({ winner }) => winner,
  withoutEachRater: (answers, pair, arms) => strengthsWithout(eachVote(answers), pair, arms),
  leaderboard: (answers, options) => computeLeaderboard(eachVote(answers), options),
  alternatives,
};

/** One after the other: a table of them needs none for longer. */
function* eachVote(answers: readonly PairAnswer[]): Generator<Vote> {
  for (const { caption, rater, shown, winner } of answers) {
    yield { caption, rater, left: shown[0]!, right: shown[1]!, winner };
  }
}

function winnerOf({ shown, winner }: PairAnswer): string | null {
  return winner === "left" ? shown[0]! : winner === "right" ? shown[1]! : null;
}

/** The arm that an answer prefers, or "tie" or "both_bad" as a separate object. */
function chosen(answer: PairAnswer): string {
  const winner = winnerOf(answer);
  return winner === null ? answer.winner : `arm ${winner}`;
}

/**
 * "Neither" says something of both images and nothing of which is better; leaving it out is right only where it is as
 * likely whichever would have won. An arm whose images are very good or very bad gets its bad ones left out, and seems to
 * win more often than it would if people had to choose. What they would have chosen cannot be known: the two rows in
 * which every "neither" goes to one side bound it.
 */
function alternatives({
  answers,
  pair,
  arms,
  shown,
  analyse,
  row,
}: AlternativesContext<PairAnswer>): Alternatives {
  if (!answers.some(isNeither)) return { rows: [], shown: null, acceptability: [] };
  const changed = (choice: string, description: string, change: (answer: PairAnswer) => PairAnswer) => {
    const own = answers.map((answer) => (isNeither(answer) ? change(answer) : answer));
    return row({ choice, description }, own, analyse(own));
  };
  const leftOut = {
    choice: "neither-left-out",
    description: "“Neither” left out",
  };
  const failure = failureDifference(answers, pair);
  const compared = failureDifference(
    answers.filter((answer) => !isNeither(answer)),
    pair,
  );
  return {
    rows: [
      row(leftOut, answers, shown),
      changed("neither-as-tie", "“Neither” as a tie (Arena’s convention)", (answer) => ({
        ...answer,
        winner: "tie",
      })),
      {
        choice: "neither-as-failure",
        description: "“Neither” as a failure of both: share of all answers won, in percentage points",
        unit: "share",
        winRate: null,
        without: null,
        ...failure,
        // From these two arms' own answers alone it is less sure than the model: what counts is what "neither" changes.
        changes: failure.ahead !== compared.ahead,
      },
      changed("neither-to-second", "Every “neither” against the arm that is ahead", (answer) =>
        against(answer, pair[0], pair[1]),
      ),
      changed("neither-to-first", "Every “neither” for the arm that is ahead", (answer) =>
        against(answer, pair[1], pair[0]),
      ),
    ],
    shown: leftOut.choice,
    acceptability: acceptabilities(votesToTable(eachVote(answers), arms), coverage).filter(
      ({ votes }) => votes > 0,
    ),
  };
}

function isNeither({ winner }: PairAnswer): boolean {
  return winner === "both_bad";
}

/** "Neither" as a defeat of `loser` by whatever it met, and as a victory of `winner`. */
function against(answer: PairAnswer, loser: string, winner: string): PairAnswer {
  const winning = answer.shown.indexOf(winner);
  const losing = answer.shown.indexOf(loser);
  if (winning < 0 && losing < 0) return answer;
  const side = winning >= 0 ? winning : 1 - losing;
  return { ...answer, winner: side === 0 ? "left" : "right" };
}

/**
 * Share of all answers about the pair that each of the two won, ties as half and "neither" for none; their difference,
 * which is that of a proportion in which ties and "neither" are half, twice as long.
 */
function failureDifference(answers: readonly PairAnswer[], pair: readonly [string, string]) {
  const own = answers.filter(({ shown }) => shown.includes(pair[0]) && shown.includes(pair[1]));
  const scores = Float64Array.from(own, (answer) => {
    const winner = winnerOf(answer);
    return winner === null ? 0.5 : winner === pair[0] ? 1 : 0;
  });
  const { caption, rater, raterCount } = observationsToClusters(own);
  const { value, low, high } = clusteredProportion(scores, caption, rater, coverage);
  const lead = (share: number | null) => (share === null ? null : 2 * share - 1);
  return {
    answers: own.length,
    raters: raterCount,
    estimate: lead(value),
    low: lead(low),
    high: lead(high),
    ahead: low !== null && low > 0.5 ? pair[0] : high !== null && high < 0.5 ? pair[1] : null,
  };
}
