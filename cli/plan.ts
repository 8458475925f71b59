/** `semblance plan`: how many raters a difference needs, from simulated studies. */
import { planQuestion } from "@/lib/studies/planner/plan-question";
import { type PlanAnswer, planStudy } from "@/lib/studies/planner/plan-study";
import { counted } from "@/lib/text/counted";
import { readSettingOptions } from "./setting-options";

/**
 * @param options as the command line gives them: those of `planQuestion`, its `votesPerItem` being called `ratersPerItem`, and `json`
 * @returns the exit code, 0, or 1 where the raters at hand do not suffice
 * @throws SemblanceError `invalid_input` naming each option that is out of range
 */
export async function plan(
  { json = false, ...options }: { json?: boolean; [name: string]: unknown },
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const answer = await planStudy(
    readSettingOptions(planQuestion, options, { votesPerItem: "ratersPerItem" }),
  );
  output.write(json ? `${JSON.stringify(answer)}\n` : toText(answer));
  return answer.suffices ? 0 : 1;
}

function toText(answer: PlanAnswer): string {
  const verdict = answer.suffices
    ? `${counted(answer.votesPerItem, "rater", "raters")} per item, ${counted(answer.votes, "answer", "answers")} on ${counted(answer.items, "item", "items")}`
    : `Even ${counted(answer.votesPerItem, "rater", "raters")} per item (${counted(answer.votes, "answer", "answers")}) would not be enough; more captions help most`;
  return [
    `${verdict}.`,
    `The leaderboard separates the two arms in ${percent(answer.power)} of ${answer.simulatedStudies} simulated studies (95% interval ${percent(answer.powerLow)} to ${percent(answer.powerHigh)})${answer.comparisons > 1 ? `, adjusted for ${answer.comparisons} pairs of arms` : ""}.`,
    `They are ${Math.round(answer.eloDifference)} Elo points apart; the 95% interval of their difference is about ± ${Math.round(answer.eloReach)}.`,
    `Each rater answers ${counted(answer.itemsPerRater, "item", "items")} in about ${counted(answer.minutesPerRater, "minute", "minutes")}.`,
    ...(answer.votesCollected > answer.votes
      ? [
          `Including excluded raters, ${counted(answer.votesCollected, "answer is", "answers are")} given; ${counted(answer.ratersCounted, "rater counts", "raters count")}.`,
        ]
      : []),
    "",
  ].join("\n");
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
