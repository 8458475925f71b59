-- Raters report what is wrong with an item, and may pass it on: it is theirs no more, and was not answered.
ALTER TYPE "AssignmentState" ADD VALUE 'SKIPPED';

CREATE TABLE "ItemReport" (
  "assignmentId" UUID NOT NULL,
  "reason" TEXT NOT NULL,
  "text" TEXT NOT NULL DEFAULT '',
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ItemReport_pkey" PRIMARY KEY ("assignmentId"),
  CONSTRAINT "ItemReport_assignmentId_fkey" FOREIGN KEY ("assignmentId") REFERENCES "Assignment"("id")
    ON DELETE CASCADE ON UPDATE CASCADE
);
