/** What raters wait for is planned by rows that came a moment ago. */
import { expect, it } from "vitest";
import { createLoadWorld, openLoadStudy } from "@/bench/rating-load/load-study";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

it("has the rows of a study that was just opened counted, where they are many", async () => {
  const counted = async () => {
    const [row] = await db.$queryRaw<{ rows: number }[]>`
      SELECT reltuples::int AS rows FROM pg_class WHERE oid = '"Seat"'::regclass`;
    return row!.rows;
  };
  const world = await createLoadWorld(40, { name: "counted" });
  await openLoadStudy("small", world, { captions: 10, ratersPerItem: 3, itemsPerRater: 10 });
  expect(await counted()).toBeLessThanOrEqual(0);
  await openLoadStudy("large", world, { captions: 40, ratersPerItem: 30, itemsPerRater: 40 });
  expect(await counted()).toBe(1230);
});
