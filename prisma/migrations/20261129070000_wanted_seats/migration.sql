-- Whoever has answered nothing for a while wants the seats of the items in hand, and holds none.
ALTER TABLE "Seat" ADD COLUMN "wantedUntil" TIMESTAMPTZ(3);
