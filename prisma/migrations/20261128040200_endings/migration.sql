-- Every way out of a study has a code and an address of its own; see lib/studies/endings.ts.
ALTER TABLE "Study" ADD COLUMN "endings" JSONB NOT NULL DEFAULT '{}';
UPDATE "Study" SET "endings" = jsonb_strip_nulls(jsonb_build_object(
  'complete', CASE WHEN coalesce("completionCode", "completionUrl") IS NOT NULL
                   THEN jsonb_build_object('code', "completionCode", 'url', "completionUrl") END,
  'screenedOut', CASE WHEN "screenedOutUrl" IS NOT NULL THEN jsonb_build_object('url', "screenedOutUrl") END));
ALTER TABLE "Study" DROP COLUMN "completionCode", DROP COLUMN "completionUrl", DROP COLUMN "screenedOutUrl";
