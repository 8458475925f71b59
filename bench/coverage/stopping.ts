/** Studies that stop by rule: how often one stops though nothing differs, and how often its intervals ever miss. */
import { expectedFit } from "@/lib/statistics/expected-shares";
import { type SimulatedStudy, simulateVotes } from "@/lib/statistics/simulate-study";
import { decideStop } from "@/lib/statistics/stop-decision";
import type { VoteTable } from "@/lib/statistics/vote-table";
import { coversAtLeast, falseClaims } from "./claims";
import type { Design, Subject } from "./subject";
import { loadsOf, type World, wordsOf, worlds } from "./worlds";

/** Votes between two looks. */
const everyVotes = 20;

const strict = { bar: 0.5, raterBarEffect: 0.7 };

export const stopping: Subject = {
  name: "stopping",
  title: "Stopping by rule, with a look at every 20 votes",
  designs: [
    designOf("8 raters", worlds["8 raters"], {}),
    designOf("8 raters, neither", worlds["8 raters"], strict),
    designOf("20 raters, uneven", worlds["20 raters, uneven"], {}),
    designOf("20 raters, strong taste, uneven, neither", worlds["20 raters, strong taste, uneven"], strict),
    designOf("5 raters, strong taste, uneven", worlds["5 raters, strong taste, uneven"], {}),
  ],
};

function designOf(name: string, world: World, neither: Partial<SimulatedStudy>): Design {
  const study: SimulatedStudy = {
    logStrength: [0, 0],
    captions: 150,
    raters: world.raters,
    votesPerItem: world.votesPerItem,
    captionEffect: world.captionEffect,
    raterEffect: world.taste,
    raterSideEffect: 0.2,
    leftAdvantage: 0.1,
    tieParameter: 0.7,
    ...neither,
  };
  const most = study.captions * study.votesPerItem;
  const rule = { tightestAtVotes: 300, coverage: 0.95 };
  return {
    name,
    description: `${wordsOf({ ...world, captions: study.captions })}; two arms, up to ${most} votes, tightest at ${rule.tightestAtVotes}`,
    studies: 400,
    prepare() {
      const different = { ...study, logStrength: [0, 0.5] };
      const truth = expectedFit(different).logStrength[1]!;
      return (seed, tallies) => {
        const loads = loadsOf(world, seed);
        tallies.event(
          "stops though the arms are equal",
          looksAt(simulateVotes({ ...study, ...loads }, 3000 + seed)).some(
            (table) => decideStop(table, [[0, 1]], rule).stop,
          ),
          falseClaims,
        );
        const everHolds = looksAt(simulateVotes({ ...different, ...loads }, 4000 + seed)).every((table) =>
          decideStop(table, [[0, 1]], rule).differences.every(
            ({ low, high }) => low <= truth && truth <= high,
          ),
        );
        tallies.event("the interval holds at every look, arms differ", everHolds, coversAtLeast);
      };
    },
  };
}

/** The votes that are in at each look. */
function looksAt(table: VoteTable): VoteTable[] {
  const looks: VoteTable[] = [];
  for (let votes = 2 * everyVotes; votes <= table.voteCount; votes += everyVotes) {
    looks.push({
      ...table,
      voteCount: votes,
      caption: table.caption.slice(0, votes),
      rater: table.rater.slice(0, votes),
      left: table.left.slice(0, votes),
      right: table.right.slice(0, votes),
      outcome: table.outcome.slice(0, votes),
    });
  }
  return looks;
}
