/** Makes the database ready for services: the schema of this version, the queue's tables, and the role that may use them. */
import { fileURLToPath } from "node:url";
import { env, keptSecret } from "@/lib/env";
import { recordMigrations } from "@/lib/platform/audit/record-migrations";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { ownerDatabaseUrl, serviceName, servicePasswordSecret } from "@/lib/platform/database/database-url";
import { grantServiceRole, grantTablesTo } from "@/lib/platform/database/service-role";
import { installQueue } from "@/lib/platform/jobs/queue";

const migrations = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));

/**
 * Works as the database's owner; everything after it works as the limited role. With DATABASE_URL alone, both are the role
 * that it names.
 *
 * @returns the names of the migrations that were applied
 * @throws SemblanceError as `applyMigrations`
 */
export async function prepareDatabase(): Promise<string[]> {
  const { databaseUrl: given, ownerDatabaseUrl: givenOwner } = env();
  const owner = ownerDatabaseUrl();
  const applied = await applyMigrations(owner, migrations);
  if (!given) {
    await installQueue(owner);
    await grantServiceRole(owner, { name: serviceName, password: keptSecret(servicePasswordSecret) });
  } else if (givenOwner) {
    await installQueue(owner);
    await grantTablesTo(owner, decodeURIComponent(new URL(given).username));
  }
  await recordMigrations(applied);
  return applied;
}
