/** Makes everything that one rater does wait its turn: two tabs, a retry and the first try, an answer and a lease. */
import type { SqlRunner } from "@/lib/database/prepared-transaction";

/** Holds the rater until the transaction ends. Statements that depend on what others did meanwhile come behind it. */
export async function lockRater(transaction: SqlRunner, raterId: string): Promise<void> {
  await transaction.$queryRaw`SELECT FROM "Rater" WHERE id = ${raterId}::uuid FOR UPDATE`;
}
