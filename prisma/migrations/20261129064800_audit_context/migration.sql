-- What an entry is about, and from which request and address it came. Earlier entries have none of these; the hash of an
-- entry covers them where they are there.
ALTER TABLE "AuditEntry"
  ADD COLUMN "subjectKind" TEXT,
  ADD COLUMN "subjectId" TEXT,
  ADD COLUMN "subjectName" TEXT,
  ADD COLUMN "requestId" TEXT,
  ADD COLUMN "address" TEXT;

CREATE INDEX "AuditEntry_actor_idx" ON "AuditEntry"("actor");
CREATE INDEX "AuditEntry_action_idx" ON "AuditEntry"("action");
CREATE INDEX "AuditEntry_subjectId_idx" ON "AuditEntry"("subjectId");
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");
