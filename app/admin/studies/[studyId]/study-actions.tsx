/** Open, try out, close or delete a study, each after a question; see its leaderboard. */
"use client";

import { BarChart3 } from "lucide-react";
import { ActionButton } from "@/components/action-button";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import type { StudyState } from "@/lib/generated/prisma/enums";
import { DeleteButton } from "../../entities/entity-buttons";
import { closeStudyAction, endPilotAction, openStudyAction } from "../actions";

type Actionable = {
  studyId: string;
  state: StudyState;
  isPilot: boolean;
  /** Given so far. */
  answers: number;
  /** Whether its answers were given elsewhere. */
  isImported: boolean;
};

/** What comes next for the study; nothing while it opens. */
export function StudyAction({ studyId, state, isPilot, answers }: Actionable) {
  if (state === "DRAFT") {
    return (
      <ActionButton
        label="Open study"
        variant="primary"
        act={openStudyAction.bind(null, { studyId, isPilot: false })}
        confirm={{
          title: "Open this study?",
          text: "Its plan is then fixed: arms, captions, questions and the number of raters can no longer be changed.",
          label: "Open study",
          variant: "primary",
        }}
      />
    );
  }
  if (state === "OPEN" && isPilot) {
    return (
      <ActionButton
        label="Start study"
        variant="primary"
        act={endPilotAction.bind(null, { studyId, next: "start" })}
        confirm={{
          title: "Delete the pilot’s answers and start the study?",
          text: `${droppedText(answers)} The study then starts, with the same plan and link.`,
          label: "Delete answers and start",
        }}
      />
    );
  }
  return state === "OPENING" ? null : <LeaderboardLink studyId={studyId} variant="primary" />;
}

/** Nothing for a study that is opening, or was held here and is closed. */
export function OtherStudyActions({ studyId, state, isPilot, answers, isImported }: Actionable) {
  if (isImported) {
    return (
      <DeleteButton
        of={{ kind: "study", id: studyId }}
        title="Delete this study?"
        confirmLabel="Delete study"
        text="Its imported answers are deleted. The file that they come from is not touched, and can be imported again."
      />
    );
  }
  if (state === "DRAFT") {
    return (
      <>
        <DeleteButton
          of={{ kind: "study", id: studyId }}
          title="Delete this draft?"
          confirmLabel="Delete draft"
          text="Its design is deleted. Sample sets and datasets are kept."
        />
        <ButtonAnchor href={`/preview/${studyId}`}>Preview</ButtonAnchor>
        <ButtonLink href={`/admin/studies/drafts/${studyId}/checks`}>Checks</ButtonLink>
        <ButtonLink href={`/admin/studies/drafts/${studyId}`}>Change</ButtonLink>
        <ActionButton
          label="Run a pilot"
          act={openStudyAction.bind(null, { studyId, isPilot: true })}
          confirm={{
            title: "Open this study as a pilot?",
            text: "The link for raters works, and the pages show timings and flags. When you end the pilot, all its answers are deleted. You can then start the study with the same plan, or turn it back into a draft.",
            label: "Open as a pilot",
            variant: "primary",
          }}
        />
      </>
    );
  }
  if (state !== "OPEN") return null;
  if (isPilot) {
    return (
      <>
        <LeaderboardLink studyId={studyId} />
        <ActionButton
          label="Back to draft"
          act={endPilotAction.bind(null, { studyId, next: "draft" })}
          confirm={{
            title: "Delete the pilot and change the design?",
            text: `${droppedText(answers)} The study becomes a draft again.`,
            label: "Delete answers, back to draft",
          }}
        />
      </>
    );
  }
  return (
    <ActionButton
      label="Close study"
      act={closeStudyAction.bind(null, studyId)}
      confirm={{
        title: "Close this study?",
        text: "No more items are handed out. All answers are kept.",
        label: "Close study",
      }}
    />
  );
}

function LeaderboardLink({
  studyId,
  variant = "secondary",
}: {
  studyId: string;
  variant?: "primary" | "secondary";
}) {
  return (
    <ButtonLink
      href={`/admin/studies/${studyId}/leaderboard`}
      variant={variant}
      icon={<BarChart3 className="size-4" aria-hidden="true" />}
    >
      Leaderboard
    </ButtonLink>
  );
}

function droppedText(answers: number): string {
  return `The pilot’s ${answers === 1 ? "answer is" : `${answers} answers are`} permanently deleted, along with its raters.`;
}
