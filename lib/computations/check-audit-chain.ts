/** Whether the audit log is as it was written, from its first entry on. */
import { type AuditChain, checkAuditChain } from "@/lib/platform/audit/check-audit-chain";

export function compute(_nothing: Record<string, never>): Promise<AuditChain> {
  return checkAuditChain();
}
