/** How far an opened study has come. */
import { Notice } from "@/components/notice";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { Time } from "@/components/time";
import type { getStudy } from "@/lib/studies/get-study";

type Study = Awaited<ReturnType<typeof getStudy>>;

export function StudyProgress({ study }: { study: Study }) {
  const { given, needed } = study.ratings;
  return (
    <Section title="Progress" text="Answers of excluded raters, checks and repeats are not counted.">
      <Panel>
        <div className="grid gap-4">
          <ProgressBar
            value={needed === 0 ? null : given / needed}
            label="Answers given"
            text={`${given} of ${needed} answers by ${study._count.raters} ${study._count.raters === 1 ? "rater" : "raters"}`}
          />
          {study.criteria.length > 1
            ? study.progress.map((one, index) => (
                <ProgressBar
                  key={one.criterionId}
                  value={one.needed === 0 ? null : one.given / one.needed}
                  label={study.criteria[index]!.question}
                  text={`${study.criteria[index]!.key}: ${one.given} of ${one.needed}`}
                />
              ))
            : null}
        </div>
      </Panel>
      {study.stoppedEarlyAt ? (
        <div className="mt-4">
          <Notice title="The stop rule closed this study: the arms were told apart.">
            <Time at={study.stoppedEarlyAt.toISOString()} />. The audit log keeps the numbers.
          </Notice>
        </div>
      ) : null}
    </Section>
  );
}
