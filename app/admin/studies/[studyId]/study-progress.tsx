/** How far an opened study has come. */
import { formatCount, plural } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { StoppingNotes } from "@/components/stopping-notes";
import type { getStudy } from "@/lib/studies/get-study";

type Study = Awaited<ReturnType<typeof getStudy>>;

export function StudyProgress({ study }: { study: Study }) {
  const { given, needed } = study.ratings;
  return (
    <Section
      title={study.isPilot ? "Progress of the pilot" : "Progress"}
      text="Answers of excluded raters, checks and repeats are not counted."
    >
      <Panel>
        <div className="grid gap-4">
          <ProgressBar
            value={needed === 0 ? null : given / needed}
            label="Answers given"
            text={`${formatCount(given)} of ${plural(needed, "answer", "answers")} by ${plural(study._count.raters, "rater", "raters")}`}
          />
          {study.criteria.length > 1
            ? study.progress.map((one, index) => (
                <ProgressBar
                  key={one.criterionId}
                  value={one.needed === 0 ? null : one.given / one.needed}
                  label={study.criteria[index]!.question}
                  text={`${study.criteria[index]!.question} ${one.given} of ${one.needed}`}
                />
              ))
            : null}
        </div>
      </Panel>
      <StoppingNotes of={study.stopping} />
    </Section>
  );
}
