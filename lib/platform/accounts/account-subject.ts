/** An account, as audit entries name what they are about. */
import type { AuditSubject } from "@/lib/platform/audit/audit-kinds";

export function accountSubject({ id, email }: { id: string; email: string }): AuditSubject {
  return { kind: "account", id, name: email };
}
