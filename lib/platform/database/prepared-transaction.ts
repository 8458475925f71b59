/**
 * Transactions without Prisma in between, for what raters wait for: PostgreSQL plans each statement once per
 * connection, and a statement costs this process a tenth of what it costs through Prisma. Statements that are begun
 * before earlier ones have been awaited travel together and run in the order in which they were begun.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { Prisma } from "@/lib/generated/prisma/client";
import { databaseUrl } from "@/lib/platform/database/database-url";
import { ObservedPool } from "./observed-pool";
import { isDeadlock, retryDeadlock } from "./retry-deadlock";
import { connectionTimeoutMs, sessionOptions } from "./session-limits";

/** What statements are run on; a transaction of Prisma's is one as well. */
export type SqlRunner = {
  $queryRaw<Rows>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Rows>;
  $executeRaw(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>;
};

/** More would only wait for each other: a statement takes well under a millisecond. */
const connections = 12;

/**
 * Every statement here looks up a few rows by their index. Left to itself PostgreSQL reads a whole table where it was
 * small when the statement was planned, and goes on doing so for each answer while thousands of answers are added.
 */
const ownSettings = "-c enable_seqscan=off";

// Next bundles this module more than once; the pool must still be one per process.
const holder = globalThis as typeof globalThis & { semblancePool?: pg.Pool };

function pool(): pg.Pool {
  if (!holder.semblancePool) {
    holder.semblancePool = new ObservedPool({
      connectionString: databaseUrl(),
      max: connections,
      pipeline: true,
      connectionTimeoutMillis: connectionTimeoutMs,
      options: `${sessionOptions()} ${ownSettings}`,
      allowExitOnIdle: true,
    });
  }
  return holder.semblancePool;
}

/** One statement outside any transaction. */
export async function queryPrepared<Row extends object>(
  strings: TemplateStringsArray,
  ...values: unknown[]
): Promise<Row[]> {
  const { rows } = await pool().query<Row>(toStatement(strings, values));
  return rows;
}

/**
 * Runs `work` in a transaction at READ COMMITTED, which is rolled back where it throws. `work` awaits every statement
 * that it begins. After a deadlock it is called again.
 */
export function inPreparedTransaction<Result>(
  work: (transaction: SqlRunner) => Promise<Result>,
): Promise<Result> {
  return retryDeadlock(() => runOnce(work));
}

async function runOnce<Result>(work: (transaction: SqlRunner) => Promise<Result>): Promise<Result> {
  const client = await pool().connect();
  let broken: Error | undefined;
  // Statements that travelled after it fail as well, and may be awaited first.
  let deadlock: unknown = null;
  // A connection that is lost fails the statement that waits for it; without a listener the event would end the process.
  const onLost = (error: Error) => {
    broken = error;
  };
  client.on("error", onLost);
  try {
    // Travels with the first statements of `work`. Only a lost connection fails it, and then these fail too.
    const begun = client.query("BEGIN");
    begun.catch(() => {});
    const send = async (strings: TemplateStringsArray, values: unknown[]) => {
      try {
        return await client.query(toStatement(strings, values));
      } catch (error) {
        deadlock ??= isDeadlock(error) ? error : null;
        throw error;
      }
    };
    const result = await work({
      $queryRaw: async <Rows>(strings: TemplateStringsArray, ...values: unknown[]) =>
        (await send(strings, values)).rows as Rows,
      $executeRaw: async (strings, ...values) => (await send(strings, values)).rowCount ?? 0,
    });
    await client.query("COMMIT");
    return result;
  } catch (thrown) {
    await client.query("ROLLBACK").catch((error: Error) => {
      broken = error;
    });
    throw deadlock ?? thrown;
  } finally {
    client.off("error", onLost);
    // A connection that is lost or cannot even roll back is closed instead of being used again.
    client.release(broken);
  }
}

const names = new Map<string, string>();

/** Values may hold pieces of SQL made with `Prisma.sql`. */
function toStatement(strings: TemplateStringsArray, values: unknown[]): pg.QueryConfig {
  const { text, values: parameters } = Prisma.sql(strings, ...values);
  let name = names.get(text);
  if (name === undefined) {
    // Of the text alone: two bundles of this module share the connections, and with them the names.
    name = createHash("sha256").update(text).digest("base64url");
    names.set(text, name);
  }
  return { name, text, values: parameters };
}
