/** Gives a verb the database: the one that runs, else the data folder's, started for as long as the verb takes. */
import { fileURLToPath } from "node:url";
import { env } from "@/lib/env";
import { recordMigrations } from "@/lib/platform/audit/record-migrations";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { databaseUrl } from "@/lib/platform/database/database-url";
import { db } from "@/lib/platform/database/db";
import {
  findRunningPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "@/lib/platform/database/embedded-postgres";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { inRequest } from "@/lib/platform/request/request-context";
import { announceInstallation } from "./installation";

const migrations = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

export async function withDatabase<Result>(act: () => Promise<Result>): Promise<Result> {
  await announceInstallation();
  const { dataFolder, databaseUrl: given } = env();
  const startsIt = !given && !findRunningPostgres(dataFolder);
  if (startsIt) await startEmbeddedPostgres(dataFolder);
  try {
    // A running server has done this; anyone who brings their own database may not have.
    if (startsIt || given) await recordMigrations(await applyMigrations(databaseUrl(), migrations));
    return await inRequest({ actor: "command line" }, act);
  } finally {
    await stopQueue();
    await db.$disconnect();
    if (startsIt) await stopEmbeddedPostgres(dataFolder);
  }
}
