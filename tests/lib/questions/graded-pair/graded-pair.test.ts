/** Graded pairs from the answer on the screen to the leaderboard and the file of votes. */
import { describe, expect, it } from "vitest";
import { simulateGradedPairs } from "@/bench/coverage/graded-pairs";
import { worlds } from "@/bench/coverage/worlds";
import {
  agreementExamples,
  answerLikeness,
  computeStandings,
  sensitivityOf,
  toTimedAnswer,
} from "@/lib/questions/answer-statistics";
import { expectedFault, expectedOnScreen, isExpected } from "@/lib/questions/expected-answer";
import { type ArmAnswer, questionTypes, showsPairs } from "@/lib/questions/question-types";
import { raterAnswer, toArmAnswer, winnerOf } from "@/lib/questions/rater-answer";
import { raterQuestions } from "@/lib/questions/registry";
import { flagRaters } from "@/lib/statistics/rater-flags";
import { parseVotes } from "@/lib/votes/read/read-votes";
import { rowToAnswer } from "@/lib/votes/read/read-votes-file";

const type = "graded-pair";
const given = (grade: number) => ({ type, grade }) as const;
const seen = { caption: "a dog", rater: "r", shown: ["a", "b"] };

describe("an answer in seven steps", () => {
  it("is a whole number from -3 to 3", () => {
    for (const grade of [-3, 0, 3]) expect(raterAnswer.parse(given(grade))).toEqual(given(grade));
    for (const grade of [-4, 4, 0.5, "1"]) {
      expect(raterAnswer.safeParse({ type, grade }).success).toBe(false);
    }
  });

  it("prefers the left if it is negative", () => {
    expect([-3, -1, 0, 2].map((grade) => winnerOf(given(grade)))).toEqual(["left", "left", "tie", "right"]);
    expect(showsPairs(type)).toBe(true);
    expect(toArmAnswer(given(2), seen)).toEqual({ ...seen, type, grade: 2 });
    expect(questionTypes[type].answers.toText({ ...seen, type, grade: -1 })).toBe("a slightly better");
  });

  it("is given by digits from left to right, and reached by arrows", () => {
    const { onKey } = raterQuestions[type].screen;
    expect(["1", "4", "7"].map(onKey)).toEqual([-3, 0, 3].map((grade) => ({ answer: given(grade) })));
    expect([onKey("ArrowLeft"), onKey("ArrowRight"), onKey("8")]).toEqual([{ step: -1 }, { step: 1 }, null]);
  });
});

describe("a check of it", () => {
  const best = { type: "best", position: 1 } as const;

  it("asks for the side, not for the step", () => {
    // The right image is on the left.
    for (const grade of [-3, -1]) expect(isExpected(given(grade), best, [1, 0])).toBe(true);
    for (const grade of [0, 1, 3]) expect(isExpected(given(grade), best, [1, 0])).toBe(false);
    expect(expectedOnScreen(given(3), best, [1, 0])).toEqual(given(-2));
    expect(isExpected(given(0), { type: "exactly", winner: "tie" }, [0, 1])).toBe(true);
  });

  it("cannot ask for “neither”", () => {
    expect(expectedFault({ type: "exactly", winner: "tie" }, type, 2)).toBeNull();
    expect(expectedFault({ type: "exactly", winner: "both_bad" }, type, 2)).toContain("not an answer");
    expect(expectedFault({ type: "scores", scores: [4] }, type, 2)).toContain("not “scores”");
  });
});

describe("its columns in votes.csv", () => {
  const { columns } = questionTypes[type];
  const row = { ...row0(), question_type: type, shown: JSON.stringify(["a", "b"]) };

  it.each([-3, -1, 0, 2])("hold %i and are read back", (grade) => {
    const cells = columns.write({ ...seen, type, grade });
    expect(rowToAnswer({ ...row, ...cells })).toMatchObject({ type, grade, shown: ["a", "b"] });
  });

  it("contain the side as a winner, as tools for pairs expect", () => {
    expect(columns.write({ ...seen, type, grade: -2 })).toEqual({ grade: "-2", winner: "left" });
  });

  it.each(["", "4", "-0", "1.5", "two"])("do not hold “%s”", (grade) => {
    expect(rowToAnswer({ ...row, grade })).toBeNull();
  });
});

/** 6 raters × 8 captions × 3 pairs of arms, sides in turn; `c` is a step better than `b`, and that one than `a`. */
function study(noise: (index: number) => number): ArmAnswer[] {
  const pairs = [
    ["a", "b", 1],
    ["b", "c", 1],
    ["a", "c", 2],
  ] as const;
  return Array.from({ length: 144 }, (_, index): ArmAnswer => {
    const [worse, better, step] = pairs[index % 3]!;
    const grade = Math.max(-3, Math.min(3, step + noise(index)));
    const isTurned = index % 2 === 1;
    return {
      type,
      caption: `caption ${Math.floor(index / 3) % 8}`,
      rater: `rater ${Math.floor(index / 24)}`,
      shown: isTurned ? [better, worse] : [worse, better],
      grade: isTurned && grade !== 0 ? -grade : grade,
    };
  });
}

describe("its leaderboard", () => {
  const answers = study((index) => ((index * 7) % 5) - 2);
  const options = { arms: ["a", "b", "c"], seed: 1 };

  it("ranks the arms on the Elo scale, with differences, agreement and sides", () => {
    const board = computeStandings(type, answers, options);
    expect(board).toMatchObject({ questionType: type, model: "cumulative-logit", ratingScale: "elo" });
    expect(board.rows.map(({ arm }) => arm)).toEqual(["c", "b", "a"]);
    const mean = board.rows.reduce((sum, { rating }) => sum + rating! / 3, 0);
    expect(mean).toBeCloseTo(1000, 6);
    expect(board.differences).toHaveLength(3);
    expect(board.differences.every(({ isSeparated }) => isSeparated)).toBe(true);
    expect(board.agreementLevel).toBe("ordinal");
    expect(board.krippendorffAlpha.value).not.toBeNull();
    expect(board.intervalAgreement?.value).not.toBeNull();
    expect(board.sideBias.value).not.toBeNull();
    expect(
      board.rows.map(({ num_battles, wins, losses, ties }) => num_battles - wins - losses - ties),
    ).toEqual([0, 0, 0]);
  });

  it("reports the sensitivity of the result", () => {
    const known = answers.map((answer) => ({
      ...answer,
      isExcluded: false,
      isExcludedByCheck: false,
      isFlagged: false,
    }));
    const { pair, rows } = sensitivityOf(type, known, { arms: options.arms, raters: "all" })!;
    expect(pair).toEqual(["c", "b"]);
    expect(rows.map(({ choice }) => choice)).toEqual(
      expect.arrayContaining(["as-pairs", "one-rater-out-lowest"]),
    );
  });

  it("has no rating without answers, and says why if all answers are equal", () => {
    expect(computeStandings(type, [], options).rows.map(({ rating }) => rating)).toEqual([null, null, null]);
    const equal = answers.map((answer) => ({ ...answer, grade: 0 }) as ArmAnswer);
    const { rows, warnings } = computeStandings(type, equal, options);
    for (const { rating } of rows) expect(rating).toBeCloseTo(1000, 3);
    expect(warnings.join(" ")).toContain("All comparisons are ties");
  });
});

describe("its raters", () => {
  const one = (grade: number, shown: string[]): ArmAnswer => ({ ...seen, shown, type, grade });

  it("agree by steps of the scale, whichever side the arms were on", () => {
    expect(answerLikeness(one(2, ["a", "b"]), one(-2, ["b", "a"]))).toBe(1);
    expect(answerLikeness(one(3, ["a", "b"]), one(-3, ["a", "b"]))).toBe(0);
    expect(answerLikeness(one(1, ["a", "b"]), one(2, ["a", "b"]))).toBeCloseTo(5 / 6, 12);
    const { strongest } = agreementExamples([one(1, ["a", "b"]), one(-1, ["b", "a"])], 1);
    expect(strongest[0]).toMatchObject({ agreement: 1 });
  });

  it("are flagged if they always choose one side, by any number of steps", () => {
    const careful = study((index) => ((index * 7) % 5) - 2);
    const careless = Array.from({ length: 40 }, (_, index) => ({
      ...one(index % 3 === 0 ? -1 : -2, index % 2 === 0 ? ["a", "b"] : ["b", "a"]),
      caption: `caption ${index}`,
      rater: "left",
    }));
    const reports = flagRaters([...careful, ...careless].map((answer) => toTimedAnswer(answer, undefined)));
    expect(reports.filter(({ flags }) => flags.includes("one-sided")).map(({ rater }) => rater)).toEqual([
      "left",
    ]);
  });
});

describe("the planner, which simulates pairs", () => {
  it("also holds for seven steps: the same answers as pairs give the same power", () => {
    const arms = ["arm 1", "arm 2", "arm 3"];
    const told = { steps: 0, pairs: 0 };
    for (let seed = 0; seed < 30; seed++) {
      const answers = simulateGradedPairs(worlds["20 raters, uneven"], [0, 0.25, 0.7], 40_000 + seed);
      const asPairs = answers.map((answer): ArmAnswer => {
        if (answer.type !== type) throw new Error(answer.type);
        const { caption, rater, shown, grade } = answer;
        const winner = grade === 0 ? "tie" : grade < 0 ? "left" : "right";
        return { type: "pair", caption, rater, shown, winner };
      });
      told.steps += precision(computeStandings(type, answers, { arms, seed: 1 }));
      told.pairs += precision(computeStandings("pair", asPairs, { arms, seed: 1 }));
    }
    expect(told.steps / told.pairs).toBeGreaterThan(1);
    expect(told.steps / told.pairs).toBeLessThan(1.15);
  });
});

/** How many times the reach of its interval the differences of the arms are, on average. */
function precision({ differences }: ReturnType<typeof computeStandings>): number {
  const ratios = differences.map(({ low, high }) => Math.abs(low! + high!) / (high! - low!));
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

describe("a file of votes", () => {
  const header = "caption,rater,criterion,winner,question_type,shown,grade,row_sha256";
  const row = (grade: string) => `a dog,r,steps,right,${type},"[""a"",""b""]",${grade},`;
  const read = (text: string) => parseVotes(new TextEncoder().encode(text), "votes.csv");

  it("is read by rank", () => {
    const { questions } = read(`${header}\n${row("2")}\n${row("3")}\n`);
    expect(questions).toMatchObject([
      { question: "steps", type, answers: [{ grade: 2, shown: ["a", "b"] }, { grade: 3 }] },
    ]);
  });

  it("is rejected if the column is missing, or does not contain a grade", () => {
    expect(() => read(`${header.replace("grade", "degree")}\n${row("2")}\n`)).toThrow(
      /lacks the column grade/,
    );
    expect(() => read(`${header}\n${row("9")}\n`)).toThrow(/1 bad of 1 rows/);
  });
});

/** A row without an answer. */
function row0() {
  const empty = Object.fromEntries(
    ["row_sha256", "rater_flags", "rater_exclusion_reason"].map((name) => [name, ""]),
  );
  return {
    ...empty,
    caption: "a dog",
    rater: "r",
    criterion: "q",
    picture_sha256s: "[]",
    rater_excluded: "false",
  } as unknown as Parameters<typeof rowToAnswer>[0];
}
