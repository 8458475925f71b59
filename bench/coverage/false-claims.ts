/** Equal arms: how often a study claims that any two differ. */
import { computeStandings } from "@/lib/questions/answer-statistics";
import { tableToLeaderboard } from "@/lib/statistics/leaderboard";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import { simulateChoices } from "./choices";
import { falseClaims, type Tallies } from "./claims";
import { simulateScores } from "./scores";
import type { Design, Subject } from "./subject";
import { loadsOf, type World, wordsOf, worlds } from "./worlds";

const armCounts = [3, 5, 8] as const;
/** Fewer captions for more arms, so that studies stay of a size that people hold. */
const captionsOf = { 3: 40, 5: 24, 8: 16 } as const;
const tried = [
  "3 raters, strong taste, uneven",
  "8 raters",
  "20 raters, strong taste, uneven",
  "40 raters, strong taste",
] as const;

export const claims: Subject = {
  name: "false-claims",
  title: "False claims among equal arms",
  designs: tried.flatMap((name) => [
    ...armCounts.map((arms) => pairsOf(`${name}, ${arms} arms`, worlds[name], arms)),
    otherOf("likert", `${name}, scores of 5 arms`, worlds[name]),
    otherOf("ranking", `${name}, rankings of 5 arms`, worlds[name]),
    otherOf("best-worst", `${name}, best-worst of 5 arms`, worlds[name]),
  ]),
};

function pairsOf(name: string, world: World, arms: 3 | 5 | 8): Design {
  const own = { ...world, captions: captionsOf[arms] };
  return {
    name,
    description: `pairs of ${arms} equal arms; ${wordsOf(own)}`,
    studies: 1000,
    prepare: () => (seed, tallies) => {
      const table = simulateVotes(
        {
          logStrength: new Array<number>(arms).fill(0),
          captions: own.captions,
          raters: own.raters,
          votesPerItem: own.votesPerItem,
          captionEffect: own.captionEffect,
          raterEffect: own.taste,
          raterSideEffect: 0.2,
          leftAdvantage: 0.1,
          tieParameter: 0.7,
          bar: -0.5,
          raterBarEffect: 0.7,
          ...loadsOf(own, seed),
        },
        2000 + seed,
      );
      count(tableToLeaderboard(table), tallies);
    },
  };
}

function otherOf(type: "likert" | "ranking" | "best-worst", name: string, world: World): Design {
  const own = { ...world, captions: type === "likert" ? 24 : 40 };
  const equal = new Array<number>(5).fill(0);
  const arms = equal.map((_, arm) => `arm ${arm + 1}`);
  return {
    name,
    description: `${name}; ${wordsOf(own)}`,
    studies: 1000,
    prepare: () => (seed, tallies) => {
      const answers =
        type === "likert"
          ? simulateScores(own, equal, 2000 + seed)
          : simulateChoices(type, own, equal, 2000 + seed);
      count(computeStandings(type, answers, { arms, seed: 1 }), tallies);
    },
  };
}

type Claims = Pick<ReturnType<typeof computeStandings>, "differences" | "winMatrix">;

function count(board: Claims, tallies: Tallies): void {
  tallies.event(
    "any difference separated (Holm)",
    board.differences.some(({ isSeparated }) => isSeparated),
    falseClaims,
  );
  tallies.event(
    "any win rate's interval without one half",
    board.winMatrix.some((row) =>
      row.some((cell) => cell?.low != null && (cell.low > 0.5 || cell.high! < 0.5)),
    ),
    falseClaims,
  );
}
