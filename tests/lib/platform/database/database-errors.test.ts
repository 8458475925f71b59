/** The errors that the drivers really throw when the database goes away: the test cuts their connection. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import pg from "pg";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { errorToStatus, SemblanceError } from "@/lib/errors";
import { isLostDatabase, toPlatformError } from "@/lib/platform/database/database-errors";
import { createDatabase, db } from "@/lib/platform/database/db";
import { inPreparedTransaction, queryPrepared } from "@/lib/platform/database/prepared-transaction";
import { startQueue, stopQueue } from "@/lib/platform/jobs/queue";
import { raterCookie } from "@/lib/rating/join/rater-cookie";
import { getStudy } from "@/lib/studies/get-study";
import { getServerSideProps } from "@/pages/join/[token]";
import { withTestDatabase } from "@/tests/database";
import { findScreenRequest } from "@/web/screen-requests";

const { url } = await withTestDatabase();

const sockets = new Set<Socket>();
const { hostname, port } = new URL(url);
/** Between this process and the database. */
const line = createServer((incoming) => {
  const outgoing = connect(Number(port), hostname);
  for (const socket of [incoming, outgoing]) {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      incoming.destroy();
      outgoing.destroy();
    });
  }
  incoming.pipe(outgoing).pipe(incoming);
});
const linePort = await listen(line, 0);
process.env.DATABASE_URL = url.replace(`:${port}/`, `:${linePort}/`);

/** Past the line: for what the test itself does. */
const direct = new pg.Client({ connectionString: url });
await direct.connect();
afterAll(async () => {
  await direct.end();
  await stopQueue();
  cut();
});

async function listen(server: Server, at: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** The connections break off; with `refuse`, no new ones are taken either. */
function cut({ refuse = true } = {}): void {
  if (refuse) line.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
}

/** As PostgreSQL does when it is shut down: it says so on each connection and closes it. */
async function shutDown(): Promise<void> {
  await direct.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Each takes so many seconds. */
const statements: [name: string, run: (seconds: number) => Promise<unknown>][] = [
  ["a row through Prisma", () => db.study.findMany()],
  ["a statement through Prisma", (seconds) => db.$queryRaw`SELECT pg_sleep(${seconds})::text`],
  [
    "a transaction of Prisma's",
    (seconds) => db.$transaction((sql) => sql.$queryRaw`SELECT pg_sleep(${seconds})::text`),
  ],
  [
    "a transaction of Prisma's that waits",
    (seconds) =>
      db.$transaction(async (sql) => {
        await sql.$queryRaw`SELECT 1`;
        await pause(seconds);
        await sql.$queryRaw`SELECT 1`;
      }),
  ],
  ["a rater's statement", (seconds) => queryPrepared`SELECT pg_sleep(${seconds})::text`],
  [
    "a rater's transaction",
    (seconds) => inPreparedTransaction((sql) => sql.$queryRaw`SELECT pg_sleep(${seconds})::text`),
  ],
  [
    "a rater's transaction that waits",
    (seconds) =>
      inPreparedTransaction(async (sql) => {
        await sql.$queryRaw`SELECT 1`;
        await pause(seconds);
        await sql.$queryRaw`SELECT 1`;
      }),
  ],
];

/** Resolves once the database works on a statement, or waits for the next of a transaction. */
async function untilBusy(): Promise<void> {
  const busy = async () => {
    const { rows } = await direct.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND (state = 'idle in transaction' OR (state = 'active' AND query LIKE '%pg_sleep%'))`,
    );
    return rows.length;
  };
  await expect.poll(busy, { interval: 20, timeout: 10_000 }).toBeGreaterThan(0);
}

async function thrownBy(run: () => Promise<unknown>): Promise<unknown> {
  return run().then(
    () => "nothing",
    (error) => error,
  );
}

function expectLost(thrown: unknown): void {
  expect(isLostDatabase(thrown), String(thrown)).toBe(true);
  const error = toPlatformError(thrown);
  expect([error.code, error.message]).toEqual(["unavailable", "The database cannot be reached."]);
  expect(errorToStatus(error.code)).toBe(503);
}

describe("a database that goes away", () => {
  beforeEach(async () => {
    if (!line.listening) await listen(line, linePort);
  });

  // The first only reads, which is over before the connection breaks.
  it.each(statements.slice(1))("while it is asked ends %s", async (name, run) => {
    for (const goAway of [shutDown, async () => cut({ refuse: false })]) {
      // A pause in this process cannot be cut short.
      const thrown = thrownBy(() => run(name.endsWith("waits") ? 0.3 : 20));
      await untilBusy();
      await goAway();
      expectLost(await thrown);
      // The next one finds it again: the broken connection is not used any more.
      expect(await thrownBy(() => run(0))).toBe("nothing");
    }
  });

  it.each(statements)("is missed by %s", async (_name, run) => {
    cut();
    expectLost(await thrownBy(() => run(0)));
  });

  it("is noticed by the queue", async () => {
    cut();
    expectLost(await thrownBy(() => startQueue()));
  });

  it("makes a rater's browser keep the answer and try again: 503", async () => {
    cut();
    const studyId = crypto.randomUUID();
    const address = `/api/rate/${studyId}/lease`;
    const { screenRequest, names } = findScreenRequest(address)!;
    const request = new Request(`http://localhost${address}`, {
      method: "POST",
      headers: { cookie: `${raterCookie(studyId, "x", false).name}=x`, "sec-fetch-site": "same-origin" },
    });
    const response = await screenRequest.answer(request, names, async () => Buffer.from(""));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { code: "unavailable", remedy: expect.stringContaining("Try again in a moment.") },
    });
  });
});

it("is not shown to a rater as a study that has not opened yet", async () => {
  cut();
  const response = { statusCode: 200 };
  const answer = await getServerSideProps({
    req: { headers: {}, cookies: {} },
    res: response,
    params: { token: "x" },
    query: {},
    resolvedUrl: "/join/x",
  } as never);
  expect(answer).toMatchObject({ props: { problem: { problem: "other" } } });
  expect(response.statusCode).toBe(503);
});

/** A server that rejects every connection with an error, as PostgreSQL's protocol has it. */
async function refusingServer(code: string, message: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
      const header = Buffer.alloc(5, "E");
      header.writeInt32BE(4 + fields.length, 1);
      socket.end(Buffer.concat([header, fields]));
    });
  });
  const at = await listen(server, 0);
  return { url: `postgresql://a:b@127.0.0.1:${at}/x`, close: () => server.close() };
}

it.each([
  ["57P03", "the database system is starting up"],
  ["57P03", "the database system is shutting down"],
  ["53300", "sorry, too many clients already"],
])("a database that refuses connections (%s, %s) is away for a moment", async (code, message) => {
  const server = await refusingServer(code, message);
  const client = createDatabase(server.url);
  expectLost(await thrownBy(() => client.study.findMany()));
  expectLost(await thrownBy(() => client.$queryRaw`SELECT 1`));
  expectLost(await thrownBy(() => client.$transaction((sql) => sql.$queryRaw`SELECT 1`)));
  const pool = new pg.Pool({ connectionString: server.url });
  expectLost(await thrownBy(() => pool.query("SELECT 1")));
  await pool.end();
  await client.$disconnect();
  server.close();
});

describe("errors that do not mean a lost database", () => {
  it.each([
    ["nothing", undefined],
    ["an error of the work", new Error("the weights are damaged")],
    // Else a download would be tried for ever.
    [
      "another server's refusal",
      new SemblanceError(
        "unavailable",
        "x cannot be had: its server refused the connection (ECONNREFUSED).",
        {
          cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
        },
      ),
    ],
  ])("%s", (_name, thrown) => {
    expect(isLostDatabase(thrown)).toBe(false);
  });
});

describe("toPlatformError", () => {
  beforeEach(async () => {
    if (!line.listening) await listen(line, linePort);
  });

  it("keeps errors that are meant for the user", () => {
    const error = new SemblanceError("conflict", "Taken.");
    expect(toPlatformError(error)).toBe(error);
  });

  it("answers an address without a valid id with 404", async () => {
    const error = toPlatformError(await getStudy("no-id").catch((thrown) => thrown));
    expect(errorToStatus(error.code)).toBe(404);
  });

  it("answers a transaction timeout with 503", async () => {
    const slow = db.$transaction((transaction) => transaction.$queryRaw`SELECT pg_sleep(0.2)::text`, {
      timeout: 1,
    });
    const thrown = await slow.catch((error) => error);
    expect(thrown).toMatchObject({ code: "P2028" });
    expect(errorToStatus(toPlatformError(thrown).code)).toBe(503);
    expect(errorToStatus(toPlatformError(Object.assign(new Error(), { code: "P2024" })).code)).toBe(503);
    // Trying the same work again would take as long again.
    expect(isLostDatabase(thrown)).toBe(false);
  });

  it("recommends a restart if the database lacks something that this version needs: 503", async () => {
    const error = await db.$queryRaw`SELECT "later" FROM "Study"`.catch(toPlatformError);
    expect(error).toMatchObject({ code: "unavailable", remedy: expect.stringContaining("npm start") });
    expect(toPlatformError(Object.assign(new Error(), { code: "P2022" })).code).toBe("unavailable");
  });

  it("does not include the text of other errors in the message", async () => {
    const thrown = await db.$queryRawUnsafe("SELECT secret FROM nowhere").catch((error) => error);
    const error = toPlatformError(thrown);
    expect(error.code).toBe("internal");
    expect(`${error.message} ${error.remedy}`).not.toMatch(/secret|nowhere|SELECT/);
    expect(error.cause).toBe(thrown);
    expect(toPlatformError(null).code).toBe("internal");
  });
});
