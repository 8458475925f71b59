/** The planner's answer in words, with the way to a study of that size. */
import { ButtonLink } from "@/components/button";
import { DescriptionList } from "@/components/description-list";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import { Panel } from "@/components/panel";
import type { PlanQuestion } from "@/lib/studies/planner/plan-question";
import type { PlanAnswer } from "@/lib/studies/planner/plan-study";

const percent = (share: number) => `${Math.round(share * 100)}%`;

export function PlanResult({ question, answer }: { question: PlanQuestion; answer: PlanAnswer }) {
  const use = new URLSearchParams({
    captions: String(question.captions),
    ...(question.opponents === null ? {} : { opponents: String(question.opponents) }),
    ratersPerItem: String(answer.votesPerItem),
    itemsPerRater: String(answer.itemsPerRater),
  });
  return (
    <div className="grid max-w-3xl gap-5">
      {answer.suffices ? (
        <h2 className="font-serif text-xl leading-tight">
          {plural(answer.votesPerItem, "rater", "raters")} per item,{" "}
          {plural(answer.votes, "answer", "answers")} in all
        </h2>
      ) : (
        <Notice kind="warning" title={`${plural(answer.votes, "answer is", "answers are")} not enough.`}>
          Even with {plural(answer.votesPerItem, "rater", "raters")} per item, the difference is only found in{" "}
          {percent(answer.power)} of studies. More captions help most: more raters cannot make up for
          differences between captions.
        </Notice>
      )}
      <Panel>
        <DescriptionList
          items={[
            {
              name: "Found in",
              value: `${percent(answer.power)} of ${answer.simulatedStudies} simulated studies (95% interval ${percent(answer.powerLow)} to ${percent(answer.powerHigh)})${answer.comparisons > 1 ? `, adjusted for ${answer.comparisons} pairs of arms` : ""}`,
            },
            {
              name: "Expected interval",
              value: `± ${Math.round(answer.eloReach)} Elo points around the difference; a win rate of ${percent(question.winRate)} is ${Math.round(answer.eloDifference)} points`,
            },
            { name: "Items", value: formatCount(answer.items) },
            {
              name: "For each rater",
              value: `${plural(answer.itemsPerRater, "item", "items")}, about ${plural(answer.minutesPerRater, "minute", "minutes")}`,
            },
            ...(answer.ratersCounted < question.raters
              ? [
                  {
                    name: "With excluded raters",
                    value: `${plural(answer.votesCollected, "answer", "answers")} in all; ${formatCount(answer.ratersCounted)} of ${formatCount(question.raters)} raters count`,
                  },
                ]
              : []),
            {
              name: "If all answers were independent",
              value: `${plural(answer.independentVotes, "answer", "answers")} on one pair of arms would be enough. Captions and raters repeat, so a study needs more.`,
            },
          ]}
        />
      </Panel>
      <div>
        <ButtonLink href={`/admin/studies/new?${use}`} variant="primary">
          Use this plan
        </ButtonLink>
      </div>
    </div>
  );
}
