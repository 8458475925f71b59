/** The planner: the power that its recommendation has in studies that it has not seen. */
import { plannedTruth } from "@/lib/statistics/planned-truth";
import { simulateResult } from "@/lib/statistics/study-plan";
import { planEffects, planQuestion } from "@/lib/studies/planner/plan-question";
import { planStudy } from "@/lib/studies/planner/plan-study";
import type { Aim } from "./claims";
import type { Design, Subject } from "./subject";

const asked: Aim = { kind: "interval", least: 80, most: 100, words: "≥ 80" };

export const planning: Subject = {
  name: "planning",
  title: "Power of recommended plans",
  // Few captions, so that a rater per item more or less changes the power by little.
  designs: [
    designOf("two arms, 60%", { arms: 2, winRate: 0.6, captions: 40 }),
    designOf("three arms, 60%", { arms: 3, winRate: 0.6, captions: 40, raters: 60 }),
    designOf("three arms, 60%, another seed", { arms: 3, winRate: 0.6, captions: 40, raters: 60, seed: 2 }),
    designOf("three arms, 60%, 40% ties", { arms: 3, winRate: 0.6, captions: 30, raters: 40, tieShare: 0.4 }),
    designOf("three arms, 65%, 20% neither", { arms: 3, winRate: 0.65, captions: 25, neitherShare: 0.2 }),
    designOf("four arms, 64%, large effects", { arms: 4, winRate: 0.64, captions: 80, effects: "large" }),
    designOf("two arms, 62%, 12 raters", { arms: 2, winRate: 0.62, captions: 50, raters: 12 }),
  ],
};

function designOf(name: string, own: Partial<Parameters<typeof planQuestion.parse>[0] & object>): Design {
  const question = planQuestion.parse(own);
  return {
    name,
    description: `${question.arms} arms, win rate ${question.winRate}, ${question.captions} captions, ${question.raters} raters, ${question.effects} effects, ${question.tieShare} ties, ${question.neitherShare} “neither”, power asked ${question.power}`,
    studies: 800,
    prepare() {
      const planned = planStudy(question);
      const { arms, winRate, tieShare, neitherShare, captions, raters, effects } = question;
      const truth = plannedTruth(arms, planEffects[effects], { winRate, tieShare, neitherShare });
      return async (seed, tallies) => {
        const { votesPerItem, suffices } = await planned;
        const { differences } = simulateResult(
          { ...truth, captions, raters, votesPerItem },
          900_000_000 + seed,
        );
        const claim = `separated with ${votesPerItem} raters per item${suffices ? "" : " (reported as not enough)"}`;
        tallies.event(claim, differences[0]!.isSeparated, asked);
      };
    },
  };
}
