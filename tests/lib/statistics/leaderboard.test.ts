import { describe, expect, test } from "vitest";
import { computeLeaderboard, tableToLeaderboard } from "@/lib/statistics/leaderboard";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import type { Vote, Winner } from "@/lib/statistics/vote";

function vote(caption: string, rater: string, left: string, right: string, winner: Winner): Vote {
  return { caption, rater, left, right, winner };
}

const study = {
  logStrength: [0, 0.8, 2.5],
  leftAdvantage: 0,
  tieParameter: 0.5,
  captions: 40,
  raters: 20,
  votesPerItem: 5,
  captionEffect: 0.2,
  raterEffect: 0.2,
  raterSideEffect: 0,
};

describe("the leaderboard", () => {
  test("counts battles, wins, losses, ties, raters and captions per arm", () => {
    const { rows, voteCount, captionCount, raterCount } = computeLeaderboard(
      [
        vote("c1", "r1", "a", "b", "left"),
        vote("c1", "r2", "b", "a", "left"),
        vote("c2", "r1", "a", "b", "tie"),
        vote("c2", "r2", "b", "c", "right"),
        vote("c3", "r3", "c", "a", "both_bad"),
        vote("c3", "r3", "b", "c", "left"),
      ],
      { replicates: 50 },
    );
    const byArm = new Map(rows.map((row) => [row.arm, row]));
    expect(byArm.get("a")).toMatchObject({
      num_battles: 4,
      wins: 1,
      losses: 1,
      ties: 1,
      both_bad: 1,
      n_raters: 3,
      n_captions: 3,
    });
    expect(byArm.get("b")).toMatchObject({ num_battles: 5, wins: 2, losses: 2, ties: 1, both_bad: 0 });
    expect(byArm.get("c")).toMatchObject({ num_battles: 3, wins: 1, losses: 1, ties: 0, both_bad: 1 });
    expect({ voteCount, captionCount, raterCount }).toEqual({ voteCount: 6, captionCount: 3, raterCount: 3 });
  });

  test("ranks clearly different arms one after the other, mean rating 1000", () => {
    const { rows, shareOfTheWay } = tableToLeaderboard(simulateVotes(study, 1), {
      replicates: 300,
      way: { from: "arm 1", to: "arm 3" },
    });
    expect(rows.map((row) => row.arm)).toEqual(["arm 3", "arm 2", "arm 1"]);
    expect(rows.map((row) => row.final_ranking)).toEqual([1, 2, 3]);
    expect(rows.map((row) => row.rank_lb)).toEqual([1, 2, 3]);
    expect(rows.reduce((sum, row) => sum + row.rating!, 0) / 3).toBeCloseTo(1000, 8);
    expect(shareOfTheWay).toHaveLength(1);
    expect(shareOfTheWay[0]!.arm).toBe("arm 2");
    expect(shareOfTheWay[0]!.low).toBeLessThan(0.8 / 2.5);
    expect(shareOfTheWay[0]!.high).toBeGreaterThan(0.8 / 2.5);
  });

  test("gives arms that are not separated the same rank, and an unbounded share of the gap between them", () => {
    const equal = simulateVotes({ ...study, logStrength: [0, 0, 0] }, 2);
    const { rows, shareOfTheWay, warnings } = tableToLeaderboard(equal, {
      replicates: 300,
      way: { from: "arm 1", to: "arm 3" },
    });
    expect(rows.map((row) => row.rank_ub)).toEqual([1, 1, 1]);
    expect(rows.map((row) => row.rank_lb)).toEqual([3, 3, 3]);
    expect(shareOfTheWay).toMatchObject([
      { arm: "arm 2", from: "arm 1", to: "arm 3", low: null, high: null },
    ]);
    expect(warnings.join()).toMatch(/are not separated/);
  });

  test("the ratings do not depend on the order of the arms or on their names", () => {
    const table = simulateVotes(study, 3);
    const votes = Array.from({ length: table.voteCount }, (_, i) =>
      vote(
        table.captions[table.caption[i]!]!,
        table.raters[table.rater[i]!]!,
        table.arms[table.left[i]!]!,
        table.arms[table.right[i]!]!,
        (["left", "right", "tie"] as const)[table.outcome[i]!]!,
      ),
    );
    const ratings = (arms: string[]) =>
      new Map(
        computeLeaderboard(votes, { arms, replicates: 20 }).rows.map(
          (row) => [row.arm, row.rating!] as const,
        ),
      );
    const forward = ratings(["arm 1", "arm 2", "arm 3"]);
    const backward = ratings(["arm 3", "arm 2", "arm 1"]);
    for (const [arm, rating] of forward) expect(backward.get(arm)!).toBeCloseTo(rating, 5);
  });

  test("lists arms without votes last, without a rating", () => {
    const { rows, davidson } = computeLeaderboard(
      [
        vote("c1", "r1", "a", "b", "left"),
        vote("c2", "r2", "a", "b", "right"),
        vote("c2", "r1", "a", "n", "both_bad"),
      ],
      { arms: ["z", "n", "a", "b"], replicates: 20 },
    );
    expect(
      rows
        .slice(2)
        .map((row) => row.arm)
        .sort(),
    ).toEqual(["n", "z"]);
    expect(rows.find((row) => row.arm === "z")).toMatchObject({
      rating: null,
      rating_q025: null,
      final_ranking: null,
      num_battles: 0,
    });
    expect(rows.find((row) => row.arm === "n")).toMatchObject({ rating: null, both_bad: 1 });
    expect(davidson.logStrength).toMatchObject({ z: null, n: null, a: 0 });
  });

  test("without any votes is empty but complete", () => {
    const { rows, krippendorffAlpha, sideBias, winMatrix } = computeLeaderboard([], { arms: ["a", "b"] });
    expect(rows.map((row) => row.rating)).toEqual([null, null]);
    expect(krippendorffAlpha.value).toBeNull();
    expect(sideBias.value).toBeNull();
    expect(winMatrix[0]![1]).toMatchObject({ wins: 0, winRate: null });
  });

  test("warns about an arm that won everything and about groups that were never compared", () => {
    const sweep = computeLeaderboard(
      ["r1", "r2", "r3"].flatMap((rater) => [
        vote("c1", rater, "a", "b", "left"),
        vote("c2", rater, "b", "a", "right"),
      ]),
      { replicates: 20 },
    );
    expect(sweep.warnings.join()).toMatch(/^"a" won every comparison; "b" lost every comparison/);
    expect(sweep.rows[0]!.rating_q975! - sweep.rows[0]!.rating_q025!).toBeGreaterThan(300);
    expect(sweep.rows[0]!.arm).toBe("a");
    const apart = computeLeaderboard(
      [vote("c1", "r1", "a", "b", "left"), vote("c2", "r2", "c", "d", "left")],
      { replicates: 20 },
    );
    expect(apart.warnings.join()).toMatch(/a, b \| c, d/);
  });

  test.each([
    ["an unknown winner", vote("c", "r", "a", "b", "up" as Winner), /Vote 2 .*"up"/],
    ["an arm against itself", vote("c", "r", "a", "a", "left"), /Vote 2 .*"a" with itself/],
    ["a foreign arm", vote("c", "r", "a", "q", "left"), /Vote 2 .*"q"/],
  ])("refuses %s and says which vote", (_, bad, message) => {
    const votes = [vote("c", "r", "a", "b", "left"), bad];
    expect(() => computeLeaderboard(votes, { arms: ["a", "b"] })).toThrow(message);
  });
});

describe("the win matrix", () => {
  const { winMatrix } = computeLeaderboard(
    [
      ...["r1", "r2", "r3", "r4"].map((rater) => vote("c1", rater, "a", "b", "left")),
      ...["r1", "r2"].map((rater) => vote("c2", rater, "b", "a", "left")),
      ...["r3", "r4"].map((rater) => vote("c2", rater, "b", "a", "tie")),
    ],
    { replicates: 20 },
  );

  test("counts a tie as half a win and mirrors itself", () => {
    const ab = winMatrix[0]![1]!;
    const ba = winMatrix[1]![0]!;
    expect(ab).toMatchObject({ arm: "a", opponent: "b", wins: 4, losses: 2, ties: 2, winRate: 5 / 8 });
    expect(ba).toMatchObject({ arm: "b", wins: 2, losses: 4, ties: 2, winRate: 3 / 8 });
    expect(ba.low).toBeCloseTo(1 - ab.high!, 12);
    expect(winMatrix[0]![0]).toBeNull();
  });

  test("keeps intervals inside [0, 1] and wider than a point if one side won everything", () => {
    const { winMatrix: swept } = computeLeaderboard(
      ["r1", "r2", "r3", "r4", "r5"].map((rater, i) => vote(`c${i}`, rater, "a", "b", "left")),
      { replicates: 20 },
    );
    const cell = swept[0]![1]!;
    expect(cell.winRate).toBe(1);
    expect(cell.high).toBe(1);
    expect(cell.low!).toBeGreaterThan(0.2);
    expect(cell.low!).toBeLessThan(0.8);
  });
});

describe("the side bias", () => {
  test("is the share of left among decisive answers, minus one half", () => {
    const { sideBias } = computeLeaderboard(
      [
        vote("c1", "r1", "a", "b", "left"),
        vote("c2", "r2", "b", "a", "left"),
        vote("c3", "r3", "a", "b", "left"),
        vote("c4", "r4", "b", "a", "right"),
        vote("c5", "r5", "a", "b", "tie"),
      ],
      { replicates: 20 },
    );
    expect(sideBias).toMatchObject({ value: 0.25, votes: 4 });
    expect(sideBias.low!).toBeGreaterThanOrEqual(-0.5);
    expect(sideBias.high!).toBeLessThanOrEqual(0.5);
  });
});
