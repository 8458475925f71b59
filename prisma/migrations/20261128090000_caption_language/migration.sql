-- The language that captions are written in (BCP 47): of a dataset, and of a study as its dataset had it at the opening.
ALTER TABLE "Dataset" ADD COLUMN "captionLanguage" TEXT NOT NULL DEFAULT 'en';
ALTER TABLE "Study" ADD COLUMN "captionLanguage" TEXT NOT NULL DEFAULT 'en';
