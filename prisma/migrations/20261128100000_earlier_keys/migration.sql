-- A browser may send an answer again after its revision was stored, or both in the other order.
ALTER TABLE "Rating" ADD COLUMN "earlierKeys" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
