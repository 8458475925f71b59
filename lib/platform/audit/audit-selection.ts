/** Which audit entries an address asks for: ?kind, ?actor, ?subject, ?from and ?to (days in UTC, both included). */
import type { AuditSelection } from "./list-audit-entries";

const dayMs = 24 * 3600_000;

export const auditFields = ["kind", "actor", "subject", "from", "to"] as const;

/** What cannot be read restricts nothing. */
export function readAuditSelection(asked: (name: string) => string | undefined): AuditSelection {
  const text = (name: string) => asked(name)?.trim().slice(0, 200) || undefined;
  const from = toDay(asked("from"));
  const to = toDay(asked("to"));
  return {
    kind: text("kind"),
    actor: text("actor"),
    subject: text("subject"),
    from,
    before: to && new Date(to.getTime() + dayMs),
  };
}

function toDay(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? undefined : day;
}
