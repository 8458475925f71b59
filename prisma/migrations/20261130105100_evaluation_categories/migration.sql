ALTER TABLE "Evaluation" ADD COLUMN "captionCategories" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
