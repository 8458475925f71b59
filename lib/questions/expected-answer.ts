/** Whether an answer to a check is right, and how a right one is shown. */
import type { ExpectedAnswer } from "./expected-answer-schema";
import type { RaterAnswer } from "./rater-answer";

/** @param placement the item's picture positions from left to right, as the rater saw them */
export function isExpected(
  answer: RaterAnswer,
  expected: ExpectedAnswer,
  placement: readonly number[],
): boolean {
  switch (expected.type) {
    case "exactly":
      return answer.type === "pair" && answer.winner === expected.winner;
    case "scores":
      return answer.type === "likert" && expected.scores.includes(answer.score);
    case "order":
      return (
        answer.type === "ranking" &&
        answer.order.every((place, rank) => placement[place] === expected.order[rank])
      );
    case "best-worst":
      return (
        answer.type === "best-worst" &&
        placement[answer.best] === expected.best &&
        placement[answer.worst] === expected.worst
      );
    case "best": {
      const place = bestPlace(answer);
      return place !== null && placement[place] === expected.position;
    }
  }
}

/** The expected answer as this rater would have given it, to be shown after a training item. */
export function expectedOnScreen(
  given: RaterAnswer,
  expected: ExpectedAnswer,
  placement: readonly number[],
): RaterAnswer {
  const placeOf = (picture: number) => placement.indexOf(picture);
  switch (expected.type) {
    case "exactly":
      return { type: "pair", winner: expected.winner };
    case "scores":
      return { type: "likert", score: expected.scores[Math.floor(expected.scores.length / 2)]! };
    case "order":
      return { type: "ranking", order: expected.order.map(placeOf) };
    case "best-worst":
      return { type: "best-worst", best: placeOf(expected.best), worst: placeOf(expected.worst) };
    case "best": {
      const best = placeOf(expected.position);
      if (given.type === "ranking") {
        return { type: "ranking", order: [best, ...given.order.filter((place) => place !== best)] };
      }
      if (given.type === "best-worst") {
        const worst = given.worst === best ? given.best : given.worst;
        return { type: "best-worst", best, worst };
      }
      return { type: "pair", winner: best === 0 ? "left" : "right" };
    }
  }
}

/** Where the picture lies that the answer puts first; null where it puts none first. */
function bestPlace(answer: RaterAnswer): number | null {
  switch (answer.type) {
    case "pair":
      return answer.winner === "left" ? 0 : answer.winner === "right" ? 1 : null;
    case "ranking":
      return answer.order[0] ?? null;
    case "best-worst":
      return answer.best;
    case "likert":
      return null;
  }
}

/** In words for researchers; images are counted from 1 in the item's own order. */
export function expectedToText(expected: ExpectedAnswer): string {
  switch (expected.type) {
    case "best":
      return `Image ${expected.position + 1} is best`;
    case "scores":
      return `${expected.scores.join(" or ")} of 5`;
    case "exactly":
      return expected.winner === "tie" ? "Equally good" : "Neither fits";
    case "order":
      return `Best to worst: images ${expected.order.map((position) => position + 1).join(", ")}`;
    case "best-worst":
      return `Image ${expected.best + 1} is best, image ${expected.worst + 1} worst`;
  }
}
