/** Answers of every question type in terms of arms, and the comparisons of two arms that follow from them. */
import type { Observation } from "./observation-clusters";
import type { Vote, Winner } from "./vote";

/**
 * An answer to one item. `shown` are the arms from left to right. `order` is best first; `score` counts from 1, the
 * worst.
 */
export type ArmAnswer = Observation & { readonly shown: readonly string[] } & (
    | { readonly type: "pair"; readonly winner: Winner }
    | { readonly type: "likert"; readonly score: number }
    | { readonly type: "ranking"; readonly order: readonly string[] }
    | { readonly type: "best-worst"; readonly best: string; readonly worst: string }
  );

/**
 * Every comparison of two arms that the answers contain. A ranking compares all its arms; a best-worst answer says
 * that the best beats all others and that all others beat the worst; scores compare the arms to which one rater gave
 * a score for one caption, equal scores being ties. Left and right are as on the screen, for scores in the order given.
 */
export function impliedVotes(answers: readonly ArmAnswer[]): Vote[] {
  const votes: Vote[] = [];
  const scoresOf = new Map<string, { arm: string; score: number }[]>();
  for (const answer of answers) {
    const { caption, rater, shown } = answer;
    if (answer.type === "pair") {
      votes.push({ caption, rater, left: shown[0]!, right: shown[1]!, winner: answer.winner });
      continue;
    }
    if (answer.type === "likert") {
      const arm = shown[0]!;
      const key = JSON.stringify([caption, rater]);
      const earlier = scoresOf.get(key) ?? [];
      for (const { arm: other, score } of earlier) {
        if (other === arm) continue;
        const winner = score === answer.score ? "tie" : score > answer.score ? "left" : "right";
        votes.push({ caption, rater, left: other, right: arm, winner });
      }
      scoresOf.set(key, [...earlier, { arm, score: answer.score }]);
      continue;
    }
    const depth = (arm: string) =>
      answer.type === "ranking"
        ? answer.order.indexOf(arm)
        : arm === answer.best
          ? 0
          : arm === answer.worst
            ? 2
            : 1;
    shown.forEach((left, place) => {
      for (const right of shown.slice(place + 1)) {
        const difference = depth(left) - depth(right);
        if (difference !== 0) {
          votes.push({ caption, rater, left, right, winner: difference < 0 ? "left" : "right" });
        }
      }
    });
  }
  return votes;
}
