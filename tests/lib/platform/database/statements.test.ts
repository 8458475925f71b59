/** What is asked of the database: lists ask as often for many rows as for one, and raters' statements look rows up by an index. */
import pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { recountContents } from "@/lib/datasets/count-contents";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { listStudies } from "@/lib/studies/list-studies";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { listRaters } from "@/lib/votes/list/list-raters";
import { withTestDatabase } from "@/tests/database";
import { answerAll, join } from "../../rating/rater-at-work";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";

const { db, url } = await withTestDatabase();

type Statement = { text: string; values: unknown[] };

/** The statements that some work begins, those that only frame a transaction left out. */
async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (
    this: pg.Client,
    ...given: unknown[]
  ) {
    const [asked, values = []] = given as [string | (Partial<Statement> & { text: string }), unknown[]?];
    const statement =
      typeof asked === "string" ? { text: asked, values } : { text: asked.text, values: asked.values ?? [] };
    if (/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(statement.text)) statements.push(statement);
    return Reflect.apply(query, this, given);
  } as never);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return statements;
}

describe("lists", () => {
  const lists = {
    studies: () => listStudies({}),
    datasets: () => listDatasets({}),
    raters: async () => {
      const { id } = await db.study.findFirstOrThrow({ orderBy: { createdAt: "asc" } });
      return listRaters(id);
    },
  };

  it("ask as many statements for five rows as for one", async () => {
    const counts = async () => {
      const counted: Record<string, number> = {};
      for (const [name, list] of Object.entries(lists)) counted[name] = (await statementsOf(list)).length;
      return counted;
    };
    const add = async () => {
      const { inviteToken } = await createOpenStudy(db, { captions: 2, ratersPerItem: 1 });
      // As whatever makes a dataset leaves it: counted.
      for (const { id } of await db.dataset.findMany({ select: { id: true } })) await recountContents(db, id);
      return inviteToken;
    };
    const inviteToken = await add();
    await join(inviteToken);
    const once = await counts();
    for (let more = 0; more < 4; more++) {
      await add();
      await join(inviteToken);
    }
    expect((await listStudies({})).studies).toHaveLength(5);
    expect(await counts()).toEqual(once);
  });
});

it("what tells whether a study's results are still the same reads no row of an answer", async () => {
  const { studyId } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
  const asked = (await statementsOf(() => resultsRevision(studyId))).map(({ text }) => text).join();
  expect(asked).toContain('"Rater"');
  expect(asked).not.toMatch(/"(Rating|Assignment|Seat|Item)"/);
});

describe("what a rater waits for", () => {
  it("looks rows up by an index in every statement of leases and answers", async () => {
    const { inviteToken } = await createOpenStudy(db, { captions: 3, ratersPerItem: 2 });
    const rater = await join(inviteToken);
    const statements = await statementsOf(() => answerAll(rater));
    const distinct = new Map(statements.map((statement) => [statement.text, statement]));
    expect(distinct.size).toBeGreaterThan(8);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      // As on the raters' connections; a whole table is then read only where no index serves.
      await client.query("SET enable_seqscan = off");
      for (const { text, values } of distinct.values()) {
        const { rows } = await client.query(`EXPLAIN ${text}`, values);
        const plan = rows.map((row: object) => Object.values(row)[0]).join("\n");
        expect(plan, text).not.toMatch(/Seq Scan on "/);
      }
    } finally {
      await client.end();
    }
  });
});
