/** Gives a verb the database: the one that runs, else the data folder's, started for as long as the verb takes. */
import { env } from "@/lib/env";
import { db } from "@/lib/platform/database/db";
import {
  findRunningPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "@/lib/platform/database/embedded-postgres";
import { prepareDatabase } from "@/lib/platform/installation/prepare-database";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { inRequest } from "@/lib/platform/request/request-context";
import { announceInstallation } from "./installation";

export async function withDatabase<Result>(act: () => Promise<Result>): Promise<Result> {
  await announceInstallation();
  const { dataFolder, databaseUrl: given } = env();
  const startsIt = !given && !findRunningPostgres(dataFolder);
  if (startsIt) await startEmbeddedPostgres(dataFolder);
  try {
    // A running server has done this; anyone who brings their own database may not have.
    if (startsIt || given) await prepareDatabase();
    return await inRequest({ actor: "command line" }, act);
  } finally {
    await stopQueue();
    await db.$disconnect();
    if (startsIt) await stopEmbeddedPostgres(dataFolder);
  }
}
