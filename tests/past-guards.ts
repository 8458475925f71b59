/** Changes rows as a database superuser could, bypassing the triggers that guard them. */
import type { Database, Transaction } from "@/lib/platform/database/db";

export async function pastGuards(
  db: Database,
  change: (transaction: Transaction) => Promise<unknown>,
): Promise<void> {
  await db.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe("SET LOCAL session_replication_role = replica");
    await change(transaction);
  });
}
