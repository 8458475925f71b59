-- The file that a picture was imported from, and the pictures that a study could not show when it opened.
ALTER TABLE "Picture" ADD COLUMN "fileName" TEXT;
ALTER TABLE "Study" ADD COLUMN "leftOut" JSONB NOT NULL DEFAULT '[]';
