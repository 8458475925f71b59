/** A job, as audit entries name it. */
import type { NewAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { findJobOfKind } from "./registry";

/** The entry's subject and detail; found by the job's id and by that of the row that it works on. */
export async function jobEntry({
  id,
  kind,
  subjectId,
}: {
  id: string;
  kind: string;
  subjectId: string;
}): Promise<Pick<NewAuditEntry, "subject"> & { detail: { kind: string; subjectId: string } }> {
  const definition = findJobOfKind(kind);
  const named = (await definition?.subject.names([subjectId]))?.get(subjectId);
  const title = definition?.words.title ?? kind;
  return {
    subject: { kind: "job", id, name: named ? `${title}: ${named}` : title },
    detail: { kind, subjectId },
  };
}
