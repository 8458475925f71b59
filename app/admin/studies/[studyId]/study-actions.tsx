/** Open, try out, close or delete a study, each after a question. */
"use client";

import { ActionButton } from "@/components/action-button";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import type { StudyState } from "@/lib/generated/prisma/enums";
import { DeleteButton } from "../../entities/entity-buttons";
import { closeStudyAction, endPilotAction, openStudyAction } from "../actions";

export function StudyActions({
  studyId,
  state,
  isPilot,
  answers,
}: {
  studyId: string;
  state: StudyState;
  isPilot: boolean;
  /** Given so far. */
  answers: number;
}) {
  if (state === "DRAFT") {
    return (
      <>
        <DeleteButton
          of={{ kind: "study", id: studyId }}
          title="Delete this draft?"
          confirmLabel="Delete draft"
          text="Its design is lost. Pictures, sample sets and datasets stay."
        />
        <ButtonAnchor href={`/preview/${studyId}`}>Preview</ButtonAnchor>
        <ButtonLink href={`/admin/studies/drafts/${studyId}/checks`}>Checks</ButtonLink>
        <ButtonLink href={`/admin/studies/drafts/${studyId}`}>Change</ButtonLink>
        <ActionButton
          label="Run a pilot"
          act={openStudyAction.bind(null, { studyId, isPilot: true })}
          confirm={{
            title: "Open this study as a pilot?",
            text: "The link for raters works, and the pages show timings and flags. When you end the pilot all its answers are dropped; then the study starts with the same plan, or is a draft again.",
            label: "Open as a pilot",
            variant: "primary",
          }}
        />
        <ActionButton
          label="Open study"
          variant="primary"
          act={openStudyAction.bind(null, { studyId, isPilot: false })}
          confirm={{
            title: "Open this study?",
            text: "Its plan is fixed from then on: arms, captions, questions and the number of raters cannot change.",
            label: "Open study",
            variant: "primary",
          }}
        />
      </>
    );
  }
  if (state === "OPEN" && isPilot) {
    const dropped = `The pilot's ${answers === 1 ? "answer is" : `${answers} answers are`} dropped for good, and its raters are forgotten.`;
    return (
      <>
        <ActionButton
          label="Back to draft"
          act={endPilotAction.bind(null, { studyId, next: "draft" })}
          confirm={{
            title: "Drop the pilot and change the design?",
            text: `${dropped} The study is a draft again, without a plan.`,
            label: "Drop answers, back to draft",
          }}
        />
        <ActionButton
          label="Start study"
          variant="primary"
          act={endPilotAction.bind(null, { studyId, next: "start" })}
          confirm={{
            title: "Drop the pilot and start the study?",
            text: `${dropped} The study is open for real, with the plan and the link that it has now.`,
            label: "Drop answers and start",
          }}
        />
      </>
    );
  }
  if (state === "OPEN") {
    return (
      <ActionButton
        label="Close study"
        act={closeStudyAction.bind(null, studyId)}
        confirm={{
          title: "Close this study?",
          text: "Nobody is handed another item. All answers stay.",
          label: "Close study",
        }}
      />
    );
  }
  return null;
}
