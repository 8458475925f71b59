/** What the statistics of answers need to know about a question type. */
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

/**
 * An answer to one item. `shown` are the arms from left to right. `item` tells items of one caption and the same arms
 * apart, where a file has several.
 */
export type ShownAnswer = Observation & { readonly shown: readonly string[]; readonly item?: string };

export type AnswerEstimates = {
  readonly estimates: ArmEstimates;
  /** Davidson's ν if the model has it, otherwise null. */
  readonly tieParameter: number | null;
  /** As for pairwise models. */
  readonly method: "maximum-likelihood" | "weak-prior";
};

export type StandingsOptions = Required<Pick<LeaderboardOptions, "arms" | "seed">> &
  Pick<LeaderboardOptions, "replicates" | "way" | "primaryPair">;

/** How answers of one type become strengths of arms. All answers passed to it are of that type. */
export type AnswerModel<Answer extends ShownAnswer> = {
  /** Its name in published results. */
  readonly name: string;
  /** Of ratings and differences: log strengths become Elo points. */
  readonly scale: RatingScale;
  /** How values of two raters are compared in Krippendorff's α. */
  readonly agreementLevel: MeasurementLevel;
  /** Whether α is also computed with the values as equal steps. */
  readonly hasEqualSteps: boolean;
  /** Whether images are side by side, so that there may be a left/right bias. */
  readonly hasSides: boolean;
  /** Every comparison of two arms that the answers contain, left and right as on the screen. */
  impliedVotes(answers: readonly Answer[]): Vote[];
  /** Null where no arm was judged. @param arms in the order that the estimates keep */
  estimate(answers: readonly Answer[], arms: readonly string[]): AnswerEstimates | null;
  /** What a reader must know about the estimates, in sentences. @param comparisons the implied votes of all arms */
  warnings(answers: readonly Answer[], comparisons: VoteTable, estimated: AnswerEstimates): string[];
  /** What the answer says about one of the arms shown; higher is better. */
  valueOf(answer: Answer, arm: string): number;
  /** How similar two answers to one item are, from 0 to 1. */
  likeness(one: Answer, other: Answer): number;
  /** What a rater who does not look at the images would repeat. */
  pattern(answer: Answer): string;
  /** The difference of the two arms without each rater in turn, by rater; only the order matters. */
  withoutEachRater(
    answers: readonly Answer[],
    pair: readonly [string, string],
    arms: readonly string[],
  ): ReadonlyMap<string, number>;
  /** The same answers interpreted in other ways, see `sensitivityUnder`. */
  alternatives?(context: AlternativesContext<Answer>): Alternatives;
  /** A model of ordered scores, shown in addition to the ratings. */
  cumulativeLink?(answers: readonly Answer[], arms: readonly string[]): CumulativeLinkFit | null;
  /** The whole leaderboard, if it contains more than the other members provide. */
  leaderboard?(answers: readonly Answer[], options: StandingsOptions): Leaderboard;
};

/** How an analysis differs from the one on the leaderboard: its name in files, and in words. */
export type AnalysisChoice = { readonly choice: string; readonly description: string };

/** Differences of all pairs of arms, and Davidson's ν if the model has it. */
export type Analysis = {
  readonly differences: readonly ArmDifference[];
  readonly tieParameter: number | null;
};

export type SensitivityRow = AnalysisChoice & {
  readonly answers: number;
  readonly raters: number;
  readonly unit: RatingScale | "log-odds" | "share";
  /** The first arm of the pair minus the second, with its 95% interval; null if nothing compares them. */
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Share of comparisons that the first arm wins under the model, ties as half; null if the model has none. */
  readonly winRate: number | null;
  /** The arm that is ahead, or null if the two are not separated. */
  readonly ahead: string | null;
  /** Whether `ahead` differs from the result shown. */
  readonly changes: boolean;
  /** The rater who is left out. */
  readonly without: string | null;
};

export type AlternativesContext<Answer extends ShownAnswer> = {
  readonly answers: readonly Answer[];
  /** The first is ahead in the result shown. */
  readonly pair: readonly [string, string];
  readonly arms: readonly string[];
  /** The result shown. */
  readonly shown: Analysis;
  /** Other answers under the same model. */
  analyse(answers: readonly Answer[]): Analysis;
  row(choice: AnalysisChoice, answers: readonly ShownAnswer[], analysis: Analysis): AlternativeRow;
};

/** Given where `changes` means something else than another arm being ahead. */
export type AlternativeRow = Omit<SensitivityRow, "changes"> & { readonly changes?: boolean };

export type Alternatives = {
  readonly rows: readonly AlternativeRow[];
  /** The one among them that the result shown uses; null if it uses none of them. */
  readonly shown: string | null;
  /** How often each arm's images are good enough; empty if answers do not say. */
  readonly acceptability: readonly Acceptability[];
};
