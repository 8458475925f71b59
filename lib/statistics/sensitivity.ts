/** Whether a result depends on choices that could have been made differently: what answers mean, and which raters count. */
import type { Acceptability } from "./acceptability";
import type {
  AlternativeRow,
  AlternativesContext,
  Analysis,
  AnalysisChoice,
  AnswerEstimates,
  AnswerModel,
  SensitivityRow,
  ShownAnswer,
} from "./answer-model";
import { type ArmDifference, armDifferences, comparisonCount } from "./arm-differences";
import { coverage, type RatingScale } from "./compare-arms";
import { eloPerLogStrength } from "./elo";
import { extremeRaters } from "./one-rater-out";
import { voteEstimates } from "./vote-estimates";

/** An answer, with whether its rater counts. */
export type OfKnownRater = ShownAnswer & {
  readonly isExcluded: boolean;
  /** Excluded by one of the study's own checks, as planned; false if a person excluded them. */
  readonly isExcludedByCheck: boolean;
  readonly isFlagged: boolean;
};

/** Which raters count, from all to fewest. */
export const raterSets = {
  all: () => true,
  "planned-exclusions": ({ isExcludedByCheck }: OfKnownRater) => !isExcludedByCheck,
  "not-excluded": ({ isExcluded }: OfKnownRater) => !isExcluded,
  "not-flagged": ({ isExcluded, isFlagged }: OfKnownRater) => !isExcluded && !isFlagged,
} as const;
export type RaterSet = keyof typeof raterSets;

const raterSetTexts: Readonly<Record<RaterSet, string>> = {
  all: "All raters, including excluded ones",
  "planned-exclusions": "Without raters excluded by checks",
  "not-excluded": "Also without raters excluded by hand",
  "not-flagged": "Also without flagged raters",
};

const oneRaterOutChoices: readonly AnalysisChoice[] = [
  { choice: "one-rater-out-lowest", description: "Without one rater: lowest difference" },
  { choice: "one-rater-out-highest", description: "Without one rater: highest difference" },
];

export type Sensitivity = {
  /** The two arms: the primary pair, otherwise the leading arm and the next one; the first is ahead in the result shown. */
  readonly pair: readonly [string, string];
  readonly isPrimary: boolean;
  /** The choices among `rows` that the result shown uses. */
  readonly isShown: { readonly answers: string | null; readonly raters: RaterSet };
  /** The result shown. */
  readonly shown: SensitivityRow;
  readonly rows: readonly SensitivityRow[];
  /** Number of pairs that decisions are adjusted for. */
  readonly comparisons: number;
  /** How often each arm's images are good enough; empty if answers do not say. */
  readonly acceptability: readonly Acceptability[];
};

export type SensitivityOptions = {
  readonly arms: readonly string[];
  /** Whom the leaderboard counts. */
  readonly raters: RaterSet;
  readonly primaryPair?: readonly [string, string] | undefined;
};

/**
 * The difference of one pair of arms under other choices: what the answers mean, see `AnswerModel.alternatives`, and which
 * raters count.
 *
 * @param answers of one question, of all raters
 * @returns null where the answers compare no two arms
 */
export function sensitivityUnder<Answer extends OfKnownRater>(
  model: AnswerModel<Answer>,
  answers: readonly Answer[],
  { arms, raters, primaryPair }: SensitivityOptions,
): Sensitivity | null {
  const analyse = (own: readonly Answer[]) => analysisOf(model.estimate(own, arms), arms, model.scale);
  const counted = answers.filter(raterSets[raters]);
  const base = analyse(counted);
  const found = choosePair(base.differences, arms, primaryPair);
  if (!found) return null;
  const pair = [found.first, found.second] as const;
  const row = (
    { choice, description }: AnalysisChoice,
    own: readonly ShownAnswer[],
    analysis: Analysis,
    without: string | null = null,
  ): AlternativeRow => {
    const difference = inOrderOf(pair, analysis.differences);
    const { estimate } = difference;
    return {
      choice,
      description,
      answers: own.length,
      raters: new Set(own.map(({ rater }) => rater)).size,
      unit: model.scale,
      ...difference,
      winRate:
        estimate === null || analysis.tieParameter === null
          ? null
          : winRateOf(estimate / eloPerLogStrength, analysis.tieParameter),
      without,
    };
  };
  const rowOfRaters = (set: RaterSet) => {
    const own = answers.filter(raterSets[set]);
    // The sets are nested: if they have the same size, they are the same.
    const analysis = own.length === counted.length ? base : analyse(own);
    return row({ choice: set, description: raterSetTexts[set] }, own, analysis);
  };
  const shown = {
    ...row({ choice: raters, description: raterSetTexts[raters] }, counted, base),
    changes: false,
  };
  const alternatives = model.alternatives?.({ answers: counted, pair, arms, shown: base, analyse, row });
  const rows = [
    ...(alternatives?.rows ?? []),
    ...(Object.keys(raterSets) as RaterSet[]).map(rowOfRaters),
    ...extremeRaters(model.withoutEachRater(counted, pair, arms)).map((without, end) => {
      const own = counted.filter(({ rater }) => rater !== without);
      return row(oneRaterOutChoices[end]!, own, analyse(own), without);
    }),
  ];
  return {
    pair,
    isPrimary: found.isPrimary,
    isShown: { answers: alternatives?.shown ?? null, raters },
    shown,
    rows: rows.map((one) => ({ ...one, changes: one.changes ?? one.ahead !== shown.ahead })),
    comparisons: comparisonCount(base.differences),
    acceptability: alternatives?.acceptability ?? [],
  };
}

export function analysisOf(
  estimated: AnswerEstimates | null,
  arms: readonly string[],
  scale: RatingScale,
): Analysis {
  const unit = scale === "elo" ? eloPerLogStrength : 1;
  return {
    differences: armDifferences(arms, estimated?.estimates ?? null, { coverage, unit }),
    tieParameter: estimated?.tieParameter ?? null,
  };
}

/** The row that reduces answers to the pairwise comparisons they imply, under Davidson's model. */
export function comparisonsRow<Answer extends ShownAnswer>(
  model: Pick<AnswerModel<Answer>, "impliedVotes">,
  { answers, arms, row }: AlternativesContext<Answer>,
): AlternativeRow {
  const estimated = voteEstimates(model.impliedVotes(answers), arms);
  return row(
    { choice: "as-pairs", description: "As the pairwise comparisons that the answers imply" },
    answers,
    analysisOf(estimated, arms, "elo"),
  );
}

/** The primary pair, or the leading arm and the next one. */
function choosePair(
  differences: readonly ArmDifference[],
  arms: readonly string[],
  primaryPair: readonly [string, string] | undefined,
) {
  const compared = differences.filter(({ estimate }) => estimate !== null);
  const primary = compared.find(
    ({ first, second }) => primaryPair?.includes(first) && primaryPair.includes(second),
  );
  if (primary) return { ...primary, isPrimary: true };
  // The leader is ahead in all its comparisons; of equal arms it is the one named first.
  const leader = arms.find((arm) => {
    const own = compared.filter(({ first, second }) => first === arm || second === arm);
    return own.length > 0 && own.every(({ first }) => first === arm);
  });
  const [nearest] = compared
    .filter(({ first }) => first === leader)
    .sort((a, b) => a.estimate! - b.estimate!);
  return nearest ? { ...nearest, isPrimary: false } : undefined;
}

function inOrderOf([first, second]: readonly [string, string], differences: readonly ArmDifference[]) {
  const found = differences.find(
    (one) => [one.first, one.second].includes(first) && [one.first, one.second].includes(second),
  );
  if (!found || found.estimate === null || found.low === null || found.high === null) {
    return { estimate: null, low: null, high: null, ahead: null };
  }
  const ahead = found.isSeparated ? found.first : null;
  return found.first === first
    ? { estimate: found.estimate, low: found.low, high: found.high, ahead }
    : { estimate: -found.estimate, low: -found.high, high: -found.low, ahead };
}

/** How often an arm wins against another on either side, ties as half, under Davidson's model. */
function winRateOf(logDifference: number, tieParameter: number): number {
  const root = Math.exp(logDifference / 2);
  return (root * root + (tieParameter * root) / 2) / (root * root + tieParameter * root + 1);
}
