/** What the statistics of answers need to know of a type of question. */
import type { Acceptability } from "./acceptability";
import type { ArmDifference } from "./arm-differences";
import type { ArmEstimates } from "./arm-estimates";
import type { MeasurementLevel } from "./coincidences";
import type { RatingScale } from "./compare-arms";
import type { CumulativeLinkFit } from "./cumulative-link";
import type { Leaderboard, LeaderboardOptions } from "./leaderboard";
import type { Observation } from "./observation-clusters";
import type { Vote } from "./vote";
import type { VoteTable } from "./vote-table";

/** An answer to one item. `shown` are the arms from left to right. */
export type ShownAnswer = Observation & { readonly shown: readonly string[] };

export type AnswerEstimates = {
  readonly estimates: ArmEstimates;
  /** Davidson's ν, where the model has it; null elsewhere. */
  readonly tieParameter: number | null;
  /** As for pairwise models. */
  readonly method: "maximum-likelihood" | "weak-prior";
};

export type StandingsOptions = Required<Pick<LeaderboardOptions, "arms" | "seed">> &
  Pick<LeaderboardOptions, "replicates" | "way" | "primaryPair">;

/** How answers of one type become strengths of arms. All answers that it is given are of that type. */
export type AnswerModel<Answer extends ShownAnswer> = {
  /** As published results name it. */
  readonly name: string;
  /** Of ratings and differences: log strengths become Elo points. */
  readonly scale: RatingScale;
  /** How values of two raters are compared in Krippendorff's α. */
  readonly agreementLevel: MeasurementLevel;
  /** Whether α is also given with the values taken as equal steps. */
  readonly hasEqualSteps: boolean;
  /** Whether images are beside each other, so that a side may gain by it. */
  readonly hasSides: boolean;
  /** Every comparison of two arms that the answers contain, left and right as on the screen. */
  impliedVotes(answers: readonly Answer[]): Vote[];
  /** Null where no arm was judged. @param arms in the order that the estimates keep */
  estimate(answers: readonly Answer[], arms: readonly string[]): AnswerEstimates | null;
  /** What a reader must know of the estimates, in sentences. @param comparisons the implied votes of all arms */
  warnings(answers: readonly Answer[], comparisons: VoteTable, estimated: AnswerEstimates): string[];
  /** What the answer says of one of the arms shown; higher is better. */
  valueOf(answer: Answer, arm: string): number;
  /** How alike two answers to one item are, from 0 to 1. */
  likeness(one: Answer, other: Answer): number;
  /** What a rater who does not look would repeat. */
  pattern(answer: Answer): string;
  /** The difference of the two arms without each rater in turn, by rater; its order is what counts. */
  withoutEachRater(
    answers: readonly Answer[],
    pair: readonly [string, string],
    arms: readonly string[],
  ): ReadonlyMap<string, number>;
  /** The same answers taken in other ways, see `sensitivityUnder`. */
  alternatives?(context: AlternativesContext<Answer>): Alternatives;
  /** A model of ordered scores, shown beside the ratings. */
  cumulativeLink?(answers: readonly Answer[], arms: readonly string[]): CumulativeLinkFit | null;
  /** The whole leaderboard, where it holds more than the other members say. */
  leaderboard?(answers: readonly Answer[], options: StandingsOptions): Leaderboard;
};

/** How an analysis differs from the one that the leaderboard shows: its name in files, and in words. */
export type AnalysisChoice = { readonly choice: string; readonly description: string };

/** Differences of all pairs of arms, and Davidson's ν where the model has it. */
export type Analysis = {
  readonly differences: readonly ArmDifference[];
  readonly tieParameter: number | null;
};

export type SensitivityRow = AnalysisChoice & {
  readonly answers: number;
  readonly raters: number;
  readonly unit: RatingScale | "log-odds" | "share";
  /** The first arm of the pair less the second, with its 95% interval; null where nothing compares them. */
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Share of comparisons won by the first arm, ties as half, under the model; null where it has none. */
  readonly winRate: number | null;
  /** The arm that is ahead, or null where the two are not distinguished. */
  readonly ahead: string | null;
  /** Whether `ahead` is another than in the result as shown. */
  readonly changes: boolean;
  /** The rater who is left out. */
  readonly without: string | null;
};

export type AlternativesContext<Answer extends ShownAnswer> = {
  readonly answers: readonly Answer[];
  /** The first is ahead in the result as shown. */
  readonly pair: readonly [string, string];
  readonly arms: readonly string[];
  /** The result as shown. */
  readonly shown: Analysis;
  /** Other answers under the same model. */
  analyse(answers: readonly Answer[]): Analysis;
  row(choice: AnalysisChoice, answers: readonly ShownAnswer[], analysis: Analysis): AlternativeRow;
};

/** `changes` where it is not that another arm is ahead than as shown. */
export type AlternativeRow = Omit<SensitivityRow, "changes"> & { readonly changes?: boolean };

export type Alternatives = {
  readonly rows: readonly AlternativeRow[];
  /** The choice among them that the result as shown has made; null where it is none of them. */
  readonly shown: string | null;
  /** How often each arm's images are good enough; empty where answers do not say. */
  readonly acceptability: readonly Acceptability[];
};
