/** After thousands of rows at once: PostgreSQL counts them now, not when it gets round to it. */
import type { Prisma } from "@/lib/generated/prisma/client";
import { log } from "@/lib/platform/log/log";
import { db } from "./db";

/** Fewer change no plan. */
const fewestRows = 1000;

/**
 * Until a table has been analyzed, statements are planned as if it were as small as before; of a large table PostgreSQL by
 * itself waits until a tenth of the rows are new. Where it fails, statements are slower and nothing else is wrong.
 *
 * @param rows how many were added to the largest of the tables
 */
export async function analyzeTables(rows: number, tables: readonly Prisma.ModelName[]): Promise<void> {
  if (rows < fewestRows) return;
  try {
    await db.$executeRawUnsafe(`ANALYZE ${tables.map((table) => `"${table}"`).join(", ")}`);
  } catch (error) {
    log().warn({ err: error }, "New rows could not be counted for the database's plans.");
  }
}
