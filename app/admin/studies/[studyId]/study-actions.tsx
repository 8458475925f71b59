"use client";
/** Open, try out, close or delete a study, each after a question. */
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { ButtonLink } from "@/components/button";
import { ConfirmDialog } from "@/components/dialog";
import type { StudyState } from "@/lib/generated/prisma/enums";
import type { ActionResult } from "@/lib/platform/accounts/protected-action";
import { closeStudyAction, deleteDraftAction, endPilotAction, openStudyAction } from "../actions";

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
  const router = useRouter();

  async function settle(action: Promise<ActionResult<unknown>>, done: () => void): Promise<boolean> {
    const result = await action.catch(() => null);
    if (!result) {
      toast.error("The server did not answer.", { description: "Check the connection and try again." });
      return false;
    }
    if (!result.ok) {
      toast.error(result.message, { description: result.remedy });
      return false;
    }
    done();
    return true;
  }

  if (state === "DRAFT") {
    return (
      <>
        <ConfirmDialog
          label="Delete"
          title="Delete this draft?"
          text="Its design is lost. Pictures, sample sets and datasets stay."
          confirmLabel="Delete draft"
          onConfirm={async () => settle(deleteDraftAction(studyId), () => router.push("/admin/studies"))}
        />
        <ButtonLink href={`/preview/${studyId}`}>Preview</ButtonLink>
        <ButtonLink href={`/admin/studies/drafts/${studyId}/checks`}>Checks</ButtonLink>
        <ButtonLink href={`/admin/studies/drafts/${studyId}`}>Change</ButtonLink>
        <ConfirmDialog
          label="Run a pilot"
          title="Open this study as a pilot?"
          text="The link for raters works, and the pages show timings and flags. When you end the pilot all its answers are dropped; then the study starts with the same plan, or is a draft again."
          confirmLabel="Open as a pilot"
          confirmVariant="primary"
          onConfirm={async () => settle(openStudyAction({ studyId, isPilot: true }), () => router.refresh())}
        />
        <ConfirmDialog
          label="Open study"
          variant="primary"
          title="Open this study?"
          text="Its plan is fixed from then on: arms, captions, questions and the number of raters cannot change."
          confirmLabel="Open study"
          confirmVariant="primary"
          onConfirm={async () => settle(openStudyAction({ studyId, isPilot: false }), () => router.refresh())}
        />
      </>
    );
  }
  if (state === "OPEN" && isPilot) {
    const dropped = `The pilot's ${answers === 1 ? "answer is" : `${answers} answers are`} dropped for good, and its raters are forgotten.`;
    return (
      <>
        <ConfirmDialog
          label="Back to draft"
          title="Drop the pilot and change the design?"
          text={`${dropped} The study is a draft again, without a plan.`}
          confirmLabel="Drop answers, back to draft"
          onConfirm={async () => settle(endPilotAction({ studyId, next: "draft" }), () => router.refresh())}
        />
        <ConfirmDialog
          label="Start study"
          variant="primary"
          title="Drop the pilot and start the study?"
          text={`${dropped} The study is open for real, with the plan and the link that it has now.`}
          confirmLabel="Drop answers and start"
          onConfirm={async () => settle(endPilotAction({ studyId, next: "start" }), () => router.refresh())}
        />
      </>
    );
  }
  if (state === "OPEN") {
    return (
      <ConfirmDialog
        label="Close study"
        title="Close this study?"
        text="Nobody is handed another item. All answers stay."
        confirmLabel="Close study"
        onConfirm={async () => settle(closeStudyAction(studyId), () => router.refresh())}
      />
    );
  }
  return null;
}
