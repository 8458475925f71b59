/** Where the database is: the one at DATABASE_URL, else the embedded one that runs in the data folder. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";

/** Superuser and database of the embedded PostgreSQL. */
export const embeddedName = "semblance";

/** The address of an embedded PostgreSQL that listens on this machine alone. */
export function embeddedUrl(port: number, password: string, database = embeddedName): string {
  return `postgresql://${embeddedName}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Name of the file under `secrets` that keeps the embedded database's password. */
export const passwordSecret = "postgres-password";

/**
 * The connection string of this process's database.
 *
 * @throws SemblanceError `unavailable` where no DATABASE_URL is set and no embedded database runs.
 */
export function databaseUrl(): string {
  const { databaseUrl: given } = env();
  if (given) return given;
  const paths = dataPaths();
  try {
    // The fourth line of postmaster.pid is the port; see "Lock files" in PostgreSQL's miscinit.c.
    const port = Number(readFileSync(join(paths.postgres, "postmaster.pid"), "utf8").split("\n")[3]);
    return embeddedUrl(port, readFileSync(join(paths.secrets, passwordSecret), "utf8"));
  } catch (cause) {
    throw new SemblanceError("unavailable", "The database is not running.", {
      remedy: "Start Semblance with `npm start`, or set DATABASE_URL to your own PostgreSQL.",
      cause,
    });
  }
}
