-- From its first final release on, nothing changes the votes of a closed study.
ALTER TABLE "Study" ADD COLUMN "releasedAt" TIMESTAMPTZ(3);
