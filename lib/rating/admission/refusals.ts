/** Why somebody is not let into a study, and how often that happened: without a word about whom it was. */
import { type ErrorCode, SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";

type Words = { code: ErrorCode; message: string; remedy: string; forStaff: string };

/** In the order in which the study's page lists them. */
const reasons = {
  address: {
    code: "too_many_requests",
    message: "As many people as the study allows have joined from your network.",
    remedy: "Use another connection, such as mobile data, or ask the people who invited you.",
    forStaff: "the limit per address was reached",
  },
  device: {
    code: "too_many_requests",
    message: "As many people as the study allows have joined from this browser.",
    remedy: "Use another device, or ask the people who invited you.",
    forStaff: "the limit per browser was reached",
  },
  proof: {
    code: "forbidden",
    message: "The browser check is missing or has expired.",
    remedy: "Press Begin again.",
    forStaff: "no proof of work, or one that was spent or expired: usually a script",
  },
  invitation: {
    code: "forbidden",
    message: "This study needs an invitation of your own, and this link has none that is still valid.",
    remedy: "Open the complete link from your invitation, or ask the people who invited you.",
    forStaff: "no invitation, or one that was revoked, finished or mistyped",
  },
  signature: {
    code: "forbidden",
    message: "This link is incomplete, has been changed, or is no longer valid.",
    remedy: "Go back to where you found it and open it again from there.",
    forStaff: "the signature was missing, wrong or expired, or the person had finished",
  },
  "id-in-use": {
    code: "conflict",
    message: "Somebody has already begun with this id, on another device or in another browser.",
    remedy: "Continue there, or use a code from there to continue here.",
    forStaff: "the id had begun on another device",
  },
  code: {
    code: "forbidden",
    message: "This code is not valid.",
    remedy: "Codes are valid for 15 minutes, once. Get a new one on the device that you began on.",
    forStaff: "a wrong or expired code from another device",
  },
} as const satisfies Record<string, Words>;

export type RefusalReason = keyof typeof reasons;

/** An error with `details.refusal` for the caller of a join to count and to explain. */
export function refusal(reason: RefusalReason): SemblanceError {
  const { code, message, remedy } = reasons[reason];
  return new SemblanceError(code, message, { remedy, details: { refusal: reason } });
}

/** Null for any other error. */
export function refusalReasonOf(thrown: unknown): RefusalReason | null {
  const reason = thrown instanceof SemblanceError ? thrown.details?.refusal : undefined;
  return typeof reason === "string" && reason in reasons ? (reason as RefusalReason) : null;
}

/** Counts, outside of the transaction that was refused. @param externalId the id that was in use elsewhere */
export async function recordRefusal(
  studyId: string,
  reason: RefusalReason,
  externalId: string | undefined,
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "JoinRefusal" ("studyId", reason, count) VALUES (${studyId}::uuid, ${reason}, 1)
    ON CONFLICT ("studyId", reason) DO UPDATE SET count = "JoinRefusal".count + 1, "lastAt" = now()`;
  if (reason === "id-in-use" && externalId !== undefined) {
    await db.rater.updateMany({
      where: { studyId, externalId },
      data: { refusedElsewhere: { increment: 1 } },
    });
  }
}

export type RefusalCount = { reason: RefusalReason; text: string; count: number; lastAt: Date };

/** Those that happened, for the study's page. */
export async function listRefusals(studyId: string): Promise<RefusalCount[]> {
  const rows = await db.joinRefusal.findMany({ where: { studyId } });
  return (Object.keys(reasons) as RefusalReason[]).flatMap((reason) => {
    const row = rows.find((each) => each.reason === reason);
    return row ? [{ reason, text: reasons[reason].forStaff, count: row.count, lastAt: row.lastAt }] : [];
  });
}
