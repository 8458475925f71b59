/** Adds checks to a draft and takes them away: images and correct answers that a researcher picked. */
import { SemblanceError } from "@/lib/errors";
import { changeDraft } from "../design/change-draft";
import { getDesign } from "../design/get-design";
import type { PickedCheck } from "../design/picked-checks";
import { type StudyDesign, studyDesign } from "../design/study-design";

/**
 * @param actor who does this, for the audit log
 * @throws SemblanceError `invalid_input` for a check that does not fit its question, `not_found` for a study, caption or
 *   image that is not there, `conflict` unless the study is a draft
 */
export async function addCheck(studyId: string, check: PickedCheck, actor: string): Promise<void> {
  const design = await getDesign(studyId);
  await saveChecks(studyId, design, [...design.checks, check], actor);
}

/**
 * @param index place of the check among the design's, from 0
 * @param check what the caller saw there, so that nobody removes another one after somebody else's change
 * @throws SemblanceError as `addCheck`; `conflict` where another check is there by now, `invalid_input` where raters are
 *   asked for more than would be left
 */
export async function removeCheck(
  studyId: string,
  { index, check }: { index: number; check: PickedCheck },
  actor: string,
): Promise<void> {
  const design = await getDesign(studyId);
  if (JSON.stringify(design.checks[index]) !== JSON.stringify(check)) {
    throw new SemblanceError("conflict", "The checks were changed in the meantime.", {
      remedy: "Reload the page and try again.",
    });
  }
  await saveChecks(studyId, design, design.checks.toSpliced(index, 1), actor);
}

async function saveChecks(
  studyId: string,
  design: StudyDesign,
  checks: PickedCheck[],
  actor: string,
): Promise<void> {
  const changed = studyDesign.safeParse({ ...design, checks });
  if (!changed.success) {
    throw new SemblanceError("invalid_input", changed.error.issues[0]!.message, {
      remedy: "Change the draft, or the check.",
    });
  }
  await changeDraft(studyId, changed.data, actor);
}
