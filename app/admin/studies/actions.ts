/** What researchers do to studies. */
"use server";

import { z } from "zod";
import { startOpening } from "@/jobs/open-study/start";
import { compute } from "@/lib/computations/compute";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { invitationRequest } from "@/lib/rating/admission/invitation-fields";
import { makeInvitations, revokeInvitation } from "@/lib/rating/admission/invitations";
import { releaseId } from "@/lib/rating/admission/release-id";
import { renewSigningKey } from "@/lib/rating/admission/signed-ids";
import { excludeRater, reinstateRater } from "@/lib/rating/checks/exclude-rater";
import { exclusion } from "@/lib/rating/checks/exclusion-fields";
import { addCheck, removeCheck } from "@/lib/studies/checks/pick-check";
import { changeAccess } from "@/lib/studies/design/change-access";
import { changeDraft } from "@/lib/studies/design/change-draft";
import { createStudy } from "@/lib/studies/design/create-study";
import { pickedCheck } from "@/lib/studies/design/picked-checks";
import { accessChange } from "@/lib/studies/design/rater-access";
import { studyDesign } from "@/lib/studies/design/study-design";
import { attachTimestamp } from "@/lib/studies/registration/attach-timestamp";
import { timestampAttachment } from "@/lib/studies/registration/timestamp-fields";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { endPilot } from "@/lib/studies/stopping/end-pilot";
import { ratingsFile, ratingsImport } from "@/lib/votes/import/import-fields";
import { metricsAttachment } from "@/lib/votes/metrics/metrics-fields";
import { revalidate } from "../entities/revalidate";

const studyId = z.uuid();

/** Revalidates the pages of studies once the change is made. */
async function changed<Value>(change: Promise<Value>): Promise<Value> {
  const value = await change;
  revalidate("study");
  return value;
}

export const createStudyAction = protectedAction(staff, "study.created", studyDesign, (design, member) =>
  changed(createStudy(design, member.email)),
);
export const previewRatingsAction = protectedAction(staff, readsOnly, ratingsFile, (file, member) =>
  compute("preview-ratings", file, { owner: member.id }),
);
export const importRatingsAction = protectedAction(staff, "study.imported", ratingsImport, (input, member) =>
  changed(compute("import-ratings", { input, actor: member.email }, { owner: member.id })),
);
export const attachMetricsAction = protectedAction(
  staff,
  "study.metrics-attached",
  metricsAttachment,
  (input, member) => changed(compute("attach-metrics", { input, actor: member.email }, { owner: member.id })),
);
export const changeDraftAction = protectedAction(
  staff,
  "study.changed",
  z.object({ studyId, design: studyDesign }),
  (change, member) => changed(changeDraft(change.studyId, change.design, member.email)),
);
export const addCheckAction = protectedAction(
  staff,
  "study.changed",
  z.object({ studyId, check: pickedCheck }),
  (change, member) => changed(addCheck(change.studyId, change.check, member.email)),
);
export const removeCheckAction = protectedAction(
  staff,
  "study.changed",
  z.object({ studyId, index: z.number().int().min(0), check: pickedCheck }),
  (change, member) => changed(removeCheck(change.studyId, change, member.email)),
);
export const openStudyAction = protectedAction(
  staff,
  "study.opening-started",
  z.object({ studyId, isPilot: z.boolean() }),
  ({ studyId, isPilot }, member) => changed(startOpening(studyId, member.email, { isPilot })),
);
export const endPilotAction = protectedAction(
  staff,
  "study.pilot-ended",
  z.object({ studyId, next: z.enum(["start", "draft"]) }),
  ({ studyId, next }, member) => changed(endPilot(studyId, next, member.email)),
);
export const closeStudyAction = protectedAction(staff, "study.closed", studyId, (id, member) =>
  changed(closeStudy(id, member.email)),
);
export const attachTimestampAction = protectedAction(
  staff,
  "study.timestamped",
  timestampAttachment,
  async ({ studyId, reply }, member) => {
    await changed(attachTimestamp(studyId, Buffer.from(reply, "base64"), member.email));
  },
);
export const excludeRaterAction = protectedAction(
  staff,
  "rater.excluded",
  exclusion,
  ({ raterId, reason }, member) => changed(excludeRater(raterId, reason, member.email)),
);
export const reinstateRaterAction = protectedAction(staff, "rater.reinstated", z.uuid(), (raterId, member) =>
  changed(reinstateRater(raterId, member.email)),
);
export const changeAccessAction = protectedAction(
  staff,
  "study.access-changed",
  accessChange,
  ({ studyId, access }, member) => changed(changeAccess(studyId, access, member.email)),
);
export const makeInvitationsAction = protectedAction(
  staff,
  "study.invitations-made",
  invitationRequest,
  (request, member) => changed(makeInvitations(request, member.email)),
);
export const revokeInvitationAction = protectedAction(
  staff,
  "study.invitation-revoked",
  z.uuid(),
  (invitationId, member) => changed(revokeInvitation(invitationId, member.email)),
);
export const renewSigningKeyAction = protectedAction(
  staff,
  "study.signing-key-renewed",
  studyId,
  (id, member) => changed(renewSigningKey(id, member.email)),
);
export const releaseIdAction = protectedAction(staff, "rater.id-released", z.uuid(), (raterId, member) =>
  changed(releaseId(raterId, member.email)),
);
