/** Where the database is: the one at DATABASE_URL, else the embedded one that runs in the data folder. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";

/** Owner (and superuser) and database of the embedded PostgreSQL. */
export const embeddedName = "semblance";

/** The role as which everything but updates of the schema works in the embedded PostgreSQL. */
export const serviceName = "semblance_service";

/** The address of an embedded PostgreSQL that listens on this machine alone, for its owner. */
export function embeddedUrl(port: number, password: string, database = embeddedName): string {
  return toUrl(embeddedName, port, password, database);
}

function toUrl(role: string, port: number, password: string, database: string): string {
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Names of the files under `secrets` that keep the passwords of the embedded database's owner and of its service role. */
export const passwordSecret = "postgres-password";
export const servicePasswordSecret = "postgres-service-password";

/**
 * The connection string of this process's database, as the role that reads and writes rows.
 *
 * @throws SemblanceError `unavailable` where no DATABASE_URL is set and no embedded database runs.
 */
export function databaseUrl(): string {
  const { databaseUrl: given } = env();
  if (given) return given;
  // A server from before the role was made still runs: its owner is all that there is.
  return existsSync(join(dataPaths().secrets, servicePasswordSecret))
    ? findEmbedded(serviceName, servicePasswordSecret)
    : findEmbedded(embeddedName, passwordSecret);
}

/**
 * The same as the role that owns the tables, for updates of the schema; without SEMBLANCE_OWNER_DATABASE_URL, the role of
 * DATABASE_URL.
 */
export function ownerDatabaseUrl(): string {
  const { databaseUrl: given, ownerDatabaseUrl: owner } = env();
  return owner ?? given ?? findEmbedded(embeddedName, passwordSecret);
}

function findEmbedded(role: string, secret: string): string {
  const paths = dataPaths();
  try {
    // The fourth line of postmaster.pid is the port; see "Lock files" in PostgreSQL's miscinit.c.
    const port = Number(readFileSync(join(paths.postgres, "postmaster.pid"), "utf8").split("\n")[3]);
    return toUrl(role, port, readFileSync(join(paths.secrets, secret), "utf8"), embeddedName);
  } catch (cause) {
    throw new SemblanceError("unavailable", "The database is not running.", {
      remedy: "Start Semblance with `npm start`, or set DATABASE_URL to your own PostgreSQL.",
      cause,
    });
  }
}
