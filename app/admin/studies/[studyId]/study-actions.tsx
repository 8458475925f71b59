"use client";
/** Open, close or delete a study, each after a question. */
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { ButtonLink } from "@/components/button";
import { ConfirmDialog } from "@/components/dialog";
import type { ActionResult } from "@/lib/accounts/protected-action";
import type { StudyState } from "@/lib/generated/prisma/enums";
import { closeStudyAction, deleteDraftAction, openStudyAction } from "../actions";

export function StudyActions({ studyId, state }: { studyId: string; state: StudyState }) {
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
        <ButtonLink href={`/admin/studies/drafts/${studyId}/checks`}>Checks</ButtonLink>
        <ButtonLink href={`/admin/studies/drafts/${studyId}`}>Change</ButtonLink>
        <ConfirmDialog
          label="Open study"
          variant="primary"
          title="Open this study?"
          text="Its plan is fixed from then on: arms, captions, questions and the number of raters cannot change."
          confirmLabel="Open study"
          confirmVariant="primary"
          onConfirm={async () => settle(openStudyAction(studyId), () => router.refresh())}
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
