-- What sets of prompts say of each prompt beside its text: categories by the name of their column.
ALTER TABLE "Caption" ADD COLUMN "categories" JSONB NOT NULL DEFAULT '{}';
