/** Computes nothing: loads the code of results, and connects with the database, before somebody waits for it. */
import { db } from "@/lib/platform/database/db";

export async function compute(): Promise<void> {
  await Promise.all([import("./ratings"), import("./leaderboard"), db.$queryRaw`SELECT 1`]);
}
