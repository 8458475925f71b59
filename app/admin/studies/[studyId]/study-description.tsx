/** A study's design in words, for those who did not plan it. */
import { DescriptionList } from "@/components/description-list";
import { Link } from "@/components/page-link";
import { Time } from "@/components/time";
import {
  captionChoiceToText,
  endingsToLines,
  imageFitToText,
  primaryToText,
  qualityControlToLines,
  questionTypeToText,
  stopRuleToText,
} from "@/lib/studies/design/design-to-text";
import type { getStudy } from "@/lib/studies/get-study";
import { answersEndAt } from "@/lib/studies/stopping/final-data";

type Study = Awaited<ReturnType<typeof getStudy>>;

export function StudyDescription({ study }: { study: Study }) {
  const endAt = answersEndAt(study);
  const endingLines = endingsToLines(study.endings);
  const checkLines = qualityControlToLines(study.qualityControl, study.pickedChecks);
  return (
    <DescriptionList
      items={[
        {
          name: "Arms",
          value: (
            <ul className="grid gap-1">
              {study.arms.map((arm) => (
                <li key={arm.id}>
                  <span className="font-medium">{arm.name}</span>:{" "}
                  {arm.dataset ? (
                    <Link className="prose-link" href={`/admin/datasets/${arm.dataset.id}`}>
                      photographs of {arm.dataset.name}
                    </Link>
                  ) : arm.sampleSet ? (
                    <Link className="prose-link" href={`/admin/samples/${arm.sampleSet.id}`}>
                      {arm.sampleSet.name}
                    </Link>
                  ) : null}
                </li>
              ))}
            </ul>
          ),
        },
        {
          name: "Questions",
          value: (
            <ul className="grid gap-1">
              {study.criteria.map((criterion) => (
                <li key={criterion.id}>
                  {criterion.question} <span className="text-muted">({questionTypeToText(criterion)})</span>
                </li>
              ))}
            </ul>
          ),
        },
        { name: "Primary comparison", value: primaryToText(study.primary) },
        {
          name: "Items",
          value: study.openedAt === null ? "made when the study opens" : study.regularItemCount,
        },
        { name: "Captions", value: captionChoiceToText(study.captionChoice) },
        { name: "Raters per item", value: study.ratersPerItem },
        { name: "Items per rater", value: `at most ${study.itemsPerRater}` },
        {
          name: "Pairs",
          value:
            study.opponents === null
              ? "all pairs of arms for every caption"
              : `each arm with ${study.opponents} others per caption`,
        },
        {
          name: "Choice of pairs",
          value:
            study.pairChoice === "ACTIVE"
              ? "active: the most informative pairs more often"
              : "balanced: all equally often",
        },
        {
          name: "Quality control",
          value: <Lines lines={checkLines} none="none" />,
        },
        { name: "Stop rule", value: stopRuleToText(study.stopRule) },
        { name: "Raters’ language", value: study.language === "de" ? "German" : "English" },
        { name: "Consent", value: study.consentText === "" ? "not asked for" : "asked for" },
        {
          name: "Endings",
          value: <Lines lines={endingLines} none="no code or URL" />,
        },
        {
          name: "Lease",
          value: `items are held for ${study.leaseSeconds} s after a rater’s last answer`,
        },
        {
          name: "Images",
          value: `${imageFitToText(study)}, the same for all arms`,
        },
        {
          name: "Plan hash",
          value: <code className="text-xs">{study.planHash ?? "fixed when the study opens"}</code>,
        },
        { name: "Created", value: <Time at={study.createdAt.toISOString()} /> },
        ...(study.openedAt ? [{ name: "Opened", value: <Time at={study.openedAt.toISOString()} /> }] : []),
        ...(study.closedAt ? [{ name: "Closed", value: <Time at={study.closedAt.toISOString()} /> }] : []),
        ...(endAt
          ? [
              {
                name: "Votes",
                value: study.releasedAt ? (
                  <>
                    final since the release of <Time at={study.releasedAt.toISOString()} />
                  </>
                ) : endAt > new Date() ? (
                  <>
                    late answers are accepted until <Time at={endAt.toISOString()} />
                  </>
                ) : (
                  "complete; the next release makes them final"
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Lines({ lines, none }: { lines: string[]; none: string }) {
  if (lines.length === 0) return none;
  return (
    <ul className="grid gap-1">
      {lines.map((line) => (
        <li key={line} className="[overflow-wrap:anywhere]">
          {line}
        </li>
      ))}
    </ul>
  );
}
