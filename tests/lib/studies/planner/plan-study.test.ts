/** The planner finds sufficient sizes, says what is not sufficient, and does not block the process. */
import { describe, expect, it } from "vitest";
import { plannedTruth } from "@/lib/statistics/planned-truth";
import { predictStudy } from "@/lib/statistics/study-plan";
import { planEffects, planQuestion } from "@/lib/studies/planner/plan-question";
import { planStudy } from "@/lib/studies/planner/plan-study";

describe("planStudy", () => {
  it("recommends the same for any seed, and its true power is the requested one", async () => {
    const question = planQuestion.parse({ arms: 3, captions: 40, raters: 30, winRate: 0.62 });
    const answers = [];
    for (const seed of [1, 2, 3]) answers.push(await planStudy({ ...question, seed }));
    const recommended = answers.map(({ votesPerItem }) => votesPerItem);
    expect(Math.max(...recommended) - Math.min(...recommended)).toBeLessThanOrEqual(1);
    // Confirmed by other studies for every seed, with an interval that holds the true power.
    expect(new Set(answers.map(({ power }) => power)).size).toBeGreaterThan(1);
    const truth = plannedTruth(3, planEffects.usual, question);
    const study = { ...truth, captions: 40, raters: 30, votesPerItem: Math.min(...recommended) };
    const { power } = predictStudy(study, { studies: 300, seed: 777_000 }).pairs[0]!;
    // Two standard errors of 300 studies at 0.8.
    expect(power).toBeGreaterThan(0.8 - 0.046);
    expect(
      answers.filter(({ powerLow, powerHigh }) => powerLow <= power && power <= powerHigh).length,
    ).toBeGreaterThan(2);
    for (const answer of answers) expect(answer).toMatchObject({ suffices: true, comparisons: 3 });
  });

  it("counts answers of excluded raters exactly, and rejects a plan that leaves one rater", async () => {
    const usual = planQuestion.parse({});
    const tenth = await planStudy({ ...usual, raters: 50, excluded: 0.9, votesPerItem: 1 });
    expect(tenth.votesCollected).toBe(10 * tenth.votes);
    await expect(planStudy({ ...usual, raters: 5, excluded: 0.9 })).rejects.toThrow(/fewer than 2 count/);
  });

  it("rejects studies that would take minutes, and searches among those that it can simulate", async () => {
    const large = planQuestion.parse({ arms: 12, captions: 1000, raters: 500, votesPerItem: 2 });
    await expect(planStudy(large)).rejects.toThrow(/132000 answers; the planner.s limit is 100000/);
  });

  it("recommends more if raters leave or are excluded, and if answers are ties or “neither”", async () => {
    const question = planQuestion.parse({ arms: 2, captions: 60, raters: 20, votesPerItem: 4 });
    const plain = await planStudy(question);
    expect(plain).toMatchObject({ ratersCounted: 20, votesCollected: 240, itemsPerRater: 12 });
    const fewer = await planStudy({ ...question, dropout: 0.5, excluded: 0.2 });
    // Sixteen count; eight of them answer half of their items on average: 240 answers of twelve whole raters.
    expect(fewer).toMatchObject({ ratersCounted: 16, votesCollected: 300, itemsPerRater: 20 });
    const neither = await planStudy({ ...question, neitherShare: 0.4 });
    expect(neither.eloReach).toBeGreaterThan(plain.eloReach * 1.15);
  });

  it("recommends fewer raters for a larger difference, and reaches the power", async () => {
    const question = planQuestion.parse({ arms: 2, captions: 60, raters: 20 });
    const small = await planStudy({ ...question, winRate: 0.62 });
    const large = await planStudy({ ...question, winRate: 0.75 });
    expect(small.suffices && large.suffices).toBe(true);
    expect(large.votesPerItem).toBeLessThan(small.votesPerItem);
    for (const answer of [small, large]) {
      expect(answer.power).toBeGreaterThanOrEqual(0.8);
      expect(answer.votes).toBe(60 * answer.votesPerItem);
    }
  });

  it("says if even every rater on every item cannot show the difference", async () => {
    const answer = await planStudy(
      planQuestion.parse({ arms: 2, captions: 10, raters: 5, winRate: 0.55, effects: "large" }),
    );
    expect(answer).toMatchObject({ suffices: false, votesPerItem: 5 });
    expect(answer.power).toBeLessThan(0.5);
  });

  it("predicts a narrower interval for a larger budget", async () => {
    const question = planQuestion.parse({ arms: 3, captions: 50, raters: 20 });
    const few = await planStudy({ ...question, votesPerItem: 1 });
    const many = await planStudy({ ...question, votesPerItem: 8 });
    expect(many.eloReach).toBeLessThan(few.eloReach);
    expect(many).toMatchObject({ items: 150, votes: 1200, itemsPerRater: 60, minutesPerRater: 8 });
  });

  it("yields to other work between simulated studies", async () => {
    // Turns of the event loop, not ticks of a clock: how many of these fit in depends on the machine.
    let turns = 0;
    let isPlanning = true;
    setImmediate(function turn() {
      turns++;
      if (isPlanning) setImmediate(turn);
    });
    const { simulatedStudies } = await planStudy(
      planQuestion.parse({ arms: 2, captions: 50, raters: 20, votesPerItem: 5 }),
    );
    isPlanning = false;
    expect(simulatedStudies).toBeGreaterThan(20);
    expect(turns).toBeGreaterThanOrEqual(simulatedStudies - 1);
  });
});
