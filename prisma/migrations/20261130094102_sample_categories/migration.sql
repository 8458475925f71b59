ALTER TABLE "SampleSet" ADD COLUMN "captionCategories" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

-- Most captions have no category: forms that offer categories look at those that do.
CREATE INDEX "Caption_with_categories" ON "Caption" ("imageId") WHERE "categories" <> '{}';
