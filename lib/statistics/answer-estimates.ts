/** Estimates of arms from answers of any question type, without anything else that a leaderboard shows. */
import { type ArmAnswer, impliedVotes } from "./arm-answer";
import type { ArmEstimates } from "./arm-estimates";
import { fitBestWorst } from "./best-worst";
import { davidson } from "./davidson";
import { meanScores } from "./likert";
import { pairEstimates } from "./pair-estimates";
import { fitPlackettLuce } from "./plackett-luce";
import { comparingVotes, votesToTable } from "./vote-table";

/**
 * Under the model that the leaderboard takes for the question type, with Davidson's ν for pairs; null where no arm was
 * judged.
 *
 * @param answers all of type `questionType`
 * @param arms in the order that the estimates keep
 */
export function answerEstimates(
  questionType: ArmAnswer["type"],
  answers: readonly ArmAnswer[],
  arms: readonly string[],
): { estimates: ArmEstimates; tieParameter: number | null } | null {
  const ofType = <Type extends ArmAnswer["type"]>(type: Type) =>
    answers.filter((answer): answer is Extract<ArmAnswer, { type: Type }> => answer.type === type);
  if (questionType === "pair") {
    const table = comparingVotes(votesToTable(impliedVotes(answers), arms));
    if (table.voteCount === 0) return null;
    const { estimates, fit } = pairEstimates(table, davidson);
    return { estimates, tieParameter: fit.tieParameter };
  }
  const seen = new Set(answers.flatMap(({ shown }) => shown));
  const judged = arms.filter((arm) => seen.has(arm));
  if (judged.length === 0) return null;
  const estimates =
    questionType === "likert"
      ? meanScores(
          judged.flatMap((arm) =>
            ofType("likert").flatMap(({ caption, rater, shown, score }) =>
              shown[0] === arm ? [{ caption, rater, arm, score }] : [],
            ),
          ),
        )
      : questionType === "ranking"
        ? fitPlackettLuce(ofType("ranking"), judged).estimates
        : fitBestWorst(ofType("best-worst"), judged).estimates;
  return { estimates, tieParameter: null };
}
