/** Rows of a statement in batches, for results that are too large to be in memory as a whole. */
import type pg from "pg";
import type { Prisma } from "@/lib/generated/prisma/client";
import { databaseUrl } from "./database-url";
import { ObservedPool } from "./observed-pool";
import { connectionTimeoutMs, sessionOptions } from "./session-limits";

const rowsAtOnce = 500;

/**
 * Reads through a cursor, on a connection of its own, whatever was committed when it began. The next batch is on its way while
 * the caller works on one.
 *
 * @param meanwhile begun when the statement has been sent, and awaited before the first batch is handed out: the database takes
 *   a while to its first row
 * @typeParam Row its columns in their order: texts, 32-bit integers, booleans and JSON as such, all else as pg reads it
 */
export async function* streamRows<Row extends readonly unknown[]>(
  statement: Prisma.Sql,
  meanwhile?: () => Promise<void>,
): AsyncGenerator<Row[], void, undefined> {
  const pool = new ObservedPool({
    connectionString: databaseUrl(),
    max: 1,
    connectionTimeoutMillis: connectionTimeoutMs,
    options: sessionOptions(),
  });
  try {
    const client: pg.PoolClient = await pool.connect();
    // A connection that is lost fails the statement that waits for it; without a listener the event would end the process.
    client.on("error", () => {});
    try {
      await client.query("BEGIN READ ONLY");
      // All rows are wanted: the plan that is quickest for the first ones would be slower for them together.
      await client.query("SET LOCAL cursor_tuple_fraction = 1");
      // Enough to sort some 400,000 rows in memory; beyond it PostgreSQL uses files, which takes twice the time.
      await client.query("SET LOCAL work_mem = '64MB'");
      await client.query({
        text: `DECLARE rows NO SCROLL CURSOR FOR ${statement.text}`,
        values: statement.values,
      });
      const next = () => {
        const rows = fetchNext(client);
        // Its failure is reported where it is awaited, or does not matter any more.
        rows.catch(() => {});
        return rows;
      };
      let coming = next();
      await meanwhile?.();
      for (;;) {
        const rows = await coming;
        if (rows.length === 0) break;
        coming = next();
        yield rows as unknown[] as Row[];
      }
      await client.query("COMMIT");
    } finally {
      // Ends the cursor and whatever is on its way with the connection.
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

/**
 * A promise of our own: with those that pg gives, each batch outlives all short garbage collections, which then take more time
 * than the rows (measured with pg 8 on Node 20).
 */
function fetchNext(client: pg.PoolClient): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    client.query<unknown[]>(
      { text: `FETCH ${rowsAtOnce} FROM rows`, rowMode: "array" },
      (error: Error | undefined, result) => (error ? reject(error) : resolve(result.rows)),
    );
  });
}
