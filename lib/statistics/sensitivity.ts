/** Whether a result hangs on choices that could have been made otherwise: what "neither" means, and who counts. */
import { type Acceptability, acceptabilities } from "./acceptability";
import { answerEstimates } from "./answer-estimates";
import { type ArmAnswer, impliedVotes } from "./arm-answer";
import { type ArmDifference, armDifferences, comparisonCount } from "./arm-differences";
import { clusteredProportion } from "./clustered-proportion";
import { coverage, type RatingScale } from "./compare-arms";
import { fitCumulativeLink } from "./cumulative-link";
import { eloPerLogStrength } from "./elo";
import { observationsToClusters } from "./observation-clusters";
import { oneRaterOut } from "./one-rater-out";
import { votesToTable } from "./vote-table";

/** An answer with what is known of its rater. */
export type SensitiveAnswer = ArmAnswer & {
  readonly isExcluded: boolean;
  /** Excluded by one of the study's own checks, as was planned; false for one whom a person excluded. */
  readonly isExcludedByCheck: boolean;
  readonly isFlagged: boolean;
};

/** Which raters count, from all to fewest. */
export const raterSets = {
  all: () => true,
  "planned-exclusions": ({ isExcludedByCheck }: SensitiveAnswer) => !isExcludedByCheck,
  "not-excluded": ({ isExcluded }: SensitiveAnswer) => !isExcluded,
  "not-flagged": ({ isExcluded, isFlagged }: SensitiveAnswer) => !isExcluded && !isFlagged,
} as const;
export type RaterSet = keyof typeof raterSets;

/** How an analysis differs from the one that the leaderboard shows. */
export const sensitivityChoices = {
  "neither-left-out": "“Neither” left out",
  "neither-as-tie": "“Neither” as a tie (Arena’s convention)",
  "neither-as-failure": "“Neither” as a failure of both, in share of all answers won",
  "neither-to-second": "Every “neither” against the arm that is ahead",
  "neither-to-first": "Every “neither” for the arm that is ahead",
  "ordered-scores": "Scores in their order, not as equal steps (log odds)",
  "as-pairs": "As the comparisons of two that the answers imply",
  all: "All raters, excluded ones too",
  "planned-exclusions": "Without raters whom checks excluded",
  "not-excluded": "Without those excluded by hand either",
  "not-flagged": "Without flagged raters either",
  "one-rater-out-lowest": "Without one rater: the lowest",
  "one-rater-out-highest": "Without one rater: the highest",
} as const;
export type SensitivityChoice = keyof typeof sensitivityChoices;

export type SensitivityRow = {
  readonly choice: SensitivityChoice;
  readonly answers: number;
  readonly raters: number;
  readonly unit: RatingScale | "log-odds" | "share";
  /** The first arm of the pair less the second, with its 95% interval; null where nothing compares them. */
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Share of comparisons won by the first arm, ties as half, under the model; null where it has none. */
  readonly winRate: number | null;
  /** The arm that is ahead, or null where the two are not told apart. */
  readonly ahead: string | null;
  /** Whether `ahead` is another than in the result as shown. */
  readonly changes: boolean;
  /** The rater who is left out. */
  readonly without: string | null;
};

export type Sensitivity = {
  /** The two arms: the primary pair, else the arm that leads and the next one; the first is ahead in the result as shown. */
  readonly pair: readonly [string, string];
  readonly isPrimary: boolean;
  readonly isShown: { readonly neither: "neither-left-out" | null; readonly raters: RaterSet };
  /** The result as shown. */
  readonly shown: SensitivityRow;
  readonly rows: readonly SensitivityRow[];
  /** Pairs that decisions are adjusted for. */
  readonly comparisons: number;
  /** How often each arm's pictures are good enough; empty for questions without "neither". */
  readonly acceptability: readonly Acceptability[];
};

export type SensitivityOptions = {
  readonly arms: readonly string[];
  /** Whom the leaderboard counts. */
  readonly raters: RaterSet;
  readonly primaryPair?: readonly [string, string] | undefined;
};

/**
 * The difference of one pair of arms under other choices. "Neither" says something of both pictures and nothing of
 * which is better; leaving it out is right only where it is as likely whichever would have won. An arm whose pictures are
 * very good or very bad gets its bad ones left out, and seems to win more often than it would if people had to choose.
 * What they would have chosen cannot be known: the two rows in which every "neither" goes to one side bound it.
 *
 * @param answers of one question, of all raters
 * @returns null where the answers compare no two arms
 */
export function sensitivityOf(
  questionType: ArmAnswer["type"],
  answers: readonly SensitiveAnswer[],
  { arms, raters, primaryPair }: SensitivityOptions,
): Sensitivity | null {
  const counted = answers.filter(raterSets[raters]);
  const base = analyse(questionType, counted, arms);
  const found = choosePair(base.differences, arms, primaryPair);
  if (!found) return null;
  const pair = [found.first, found.second] as const;
  const scale = questionType === "likert" ? "score" : "elo";
  const rowOf = (
    choice: SensitivityChoice,
    own: readonly ArmAnswer[],
    // Fewer answers are other ones; as many are the same, or their "neither" means something else.
    analysis = own.length === counted.length && !choice.startsWith("neither-")
      ? base
      : analyse(questionType, own, arms),
    without: string | null = null,
  ): Omit<SensitivityRow, "changes"> => {
    const difference = inOrderOf(pair, analysis.differences);
    const { estimate } = difference;
    return {
      choice,
      answers: own.length,
      raters: new Set(own.map(({ rater }) => rater)).size,
      unit: scale,
      ...difference,
      winRate:
        estimate === null || analysis.tieParameter === null
          ? null
          : winRateOf(estimate / eloPerLogStrength, analysis.tieParameter),
      without,
    };
  };
  const shown = { ...rowOf(raters, counted), changes: false };
  const rows: (Omit<SensitivityRow, "changes"> & { changes?: boolean })[] = [];
  const hasNeither = counted.some(isNeither);
  if (hasNeither) {
    const compared = counted.filter((answer) => !isNeither(answer));
    const asFailure = failureRow(counted, pair);
    rows.push(
      rowOf("neither-left-out", counted, base),
      rowOf("neither-as-tie", counted.map(asTie)),
      {
        ...asFailure,
        // From these two arms' own answers alone it is less sure than the model: what counts is what "neither" changes.
        changes: asFailure.ahead !== failureRow(compared, pair).ahead,
      },
      rowOf(
        "neither-to-second",
        counted.map((answer) => against(answer, pair[0], pair[1])),
      ),
      rowOf(
        "neither-to-first",
        counted.map((answer) => against(answer, pair[1], pair[0])),
      ),
    );
  }
  if (questionType === "likert") rows.push(...orderedRow(counted, pair));
  if (questionType === "ranking" || questionType === "best-worst") {
    const implied = impliedVotes(counted).map(
      ({ caption, rater, left, right, winner }): ArmAnswer => ({
        type: "pair",
        caption,
        rater,
        shown: [left, right],
        winner,
      }),
    );
    rows.push({ ...rowOf("as-pairs", counted, analyse("pair", implied, arms)) });
  }
  for (const set of Object.keys(raterSets) as RaterSet[])
    rows.push(rowOf(set, answers.filter(raterSets[set])));
  rows.push(
    ...oneRaterOut(questionType, counted, pair, arms).map((without, end) => {
      const own = counted.filter(({ rater }) => rater !== without);
      const choice = end === 0 ? "one-rater-out-lowest" : "one-rater-out-highest";
      return rowOf(choice, own, analyse(questionType, own, arms), without);
    }),
  );
  return {
    pair,
    isPrimary: found.isPrimary,
    isShown: { neither: hasNeither ? "neither-left-out" : null, raters },
    shown,
    rows: rows.map((row) => ({ ...row, changes: row.changes ?? row.ahead !== shown.ahead })),
    comparisons: comparisonCount(base.differences),
    acceptability: hasNeither
      ? acceptabilities(votesToTable(impliedVotes(counted), arms), coverage).filter(({ votes }) => votes > 0)
      : [],
  };
}

type Analysis = { differences: ArmDifference[]; tieParameter: number | null };

function analyse(
  questionType: ArmAnswer["type"],
  answers: readonly ArmAnswer[],
  arms: readonly string[],
): Analysis {
  const found = answerEstimates(questionType, answers, arms);
  const unit = questionType === "likert" ? 1 : eloPerLogStrength;
  return {
    differences: armDifferences(arms, found?.estimates ?? null, { coverage, unit }),
    tieParameter: found?.tieParameter ?? null,
  };
}

/** The primary pair, or the arm that leads and the one nearest behind it. */
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
  // The leader is ahead in every comparison it takes part in; of equal arms it is the one named first.
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

function isNeither(answer: ArmAnswer): boolean {
  return answer.type === "pair" && answer.winner === "both_bad";
}

function asTie(answer: ArmAnswer): ArmAnswer {
  return answer.type === "pair" && answer.winner === "both_bad" ? { ...answer, winner: "tie" } : answer;
}

/** "Neither" as a defeat of `loser` by whatever it met, and as a victory of `winner`. */
function against(answer: ArmAnswer, loser: string, winner: string): ArmAnswer {
  if (answer.type !== "pair" || answer.winner !== "both_bad") return answer;
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
function failureRow(
  answers: readonly ArmAnswer[],
  pair: readonly [string, string],
): Omit<SensitivityRow, "changes"> {
  const own = answers.filter(({ shown }) => shown.includes(pair[0]) && shown.includes(pair[1]));
  const scores = Float64Array.from(own, (answer) => {
    if (answer.type !== "pair" || answer.winner === "tie" || answer.winner === "both_bad") return 0.5;
    return answer.shown[answer.winner === "left" ? 0 : 1] === pair[0] ? 1 : 0;
  });
  const { caption, rater, raterCount } = observationsToClusters(own);
  const proportion = clusteredProportion(scores, caption, rater, coverage);
  const lead = (share: number | null) => (share === null ? null : 2 * share - 1);
  const { value, low, high } = proportion;
  return {
    choice: "neither-as-failure",
    answers: own.length,
    raters: raterCount,
    unit: "share",
    estimate: lead(value),
    low: lead(low),
    high: lead(high),
    winRate: null,
    ahead: low !== null && low > 0.5 ? pair[0] : high !== null && high < 0.5 ? pair[1] : null,
    without: null,
  };
}

function orderedRow(
  answers: readonly ArmAnswer[],
  pair: readonly [string, string],
): Omit<SensitivityRow, "changes">[] {
  const scores = answers.flatMap((answer) =>
    answer.type === "likert"
      ? [{ caption: answer.caption, rater: answer.rater, arm: answer.shown[0]!, score: answer.score }]
      : [],
  );
  // Odds are measured against the arm that comes first.
  const ordered = [...scores].sort((a, b) => Number(b.arm === pair[1]) - Number(a.arm === pair[1]));
  const strength = fitCumulativeLink(ordered, coverage)?.strengths.find(({ arm }) => arm === pair[0]);
  if (!strength) return [];
  const { value, low, high } = strength;
  return [
    {
      choice: "ordered-scores",
      answers: scores.length,
      raters: new Set(scores.map(({ rater }) => rater)).size,
      unit: "log-odds",
      estimate: value,
      low,
      high,
      winRate: null,
      ahead: low > 0 ? pair[0] : high < 0 ? pair[1] : null,
      without: null,
    },
  ];
}

/** How often an arm wins against another on either side, ties as half, under Davidson's model. */
function winRateOf(logDifference: number, tieParameter: number): number {
  const root = Math.exp(logDifference / 2);
  return (root * root + (tieParameter * root) / 2) / (root * root + tieParameter * root + 1);
}
