/** Many who wait for one lock take no connection from anybody. */
import pg from "pg";
import { expect, it } from "vitest";
import { inLine } from "@/lib/platform/database/waiting-line";
import { joinStudy } from "@/lib/rating/join/join-study";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";

const { db, url } = await withTestDatabase();

it("while 200 people join at once, others still get a connection, and all of the 200 get in", async () => {
  const { studyId, inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
  const slow = new pg.Client({ connectionString: url });
  await slow.connect();
  try {
    // Somebody is slow to write an entry of the audit log: the first of the 200 stand still.
    await slow.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('audit-log'))");
    const joining = Promise.all(Array.from({ length: 200 }, () => joinStudy(inviteToken, {})));
    const waiting = () =>
      slow.query("SELECT count(*)::int AS many FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    let before = -1;
    for (let many = 0; many === 0 || many > before; ) {
      before = many;
      await new Promise((resolve) => setTimeout(resolve, 50));
      many = (await waiting()).rows[0].many;
    }
    const [others] = await Promise.all([db.study.count(), db.dataset.count(), db.rater.count()]);
    expect(others).toBe(1);
    await slow.query("COMMIT");
    const tokens = (await joining).map(({ newToken }) => newToken);
    expect(new Set(tokens).size).toBe(200);
    expect(await db.rater.count({ where: { studyId } })).toBe(200);
  } finally {
    await slow.end();
  }
});

it("what fails in a line does not hold it up", async () => {
  const failing = Array.from({ length: 20 }, () =>
    inLine("joining", () => Promise.reject(new Error("refused"))),
  );
  for (const { status } of await Promise.allSettled(failing)) expect(status).toBe("rejected");
  expect(await inLine("joining", async () => "in")).toBe("in");
});
