/** The planner finds what suffices, says what does not, and leaves the process free meanwhile. */
import { describe, expect, it } from "vitest";
import { planQuestion } from "@/lib/ratings/plan-question";
import { planStudy } from "@/lib/ratings/plan-study";

describe("planStudy", () => {
  it("asks fewer raters for a larger difference, and its answer reaches the power", async () => {
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

  it("says when even every rater on every item cannot show the difference", async () => {
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

  it("lets other work run between simulated studies", async () => {
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
