/** `semblance backup`: a copy of the data folder that a new Semblance can start from, also while the server runs. */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import pg from "pg";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { findRunningPostgres } from "@/lib/platform/database/embedded-postgres";
import { log } from "@/lib/platform/log/log";
import { isStoreInDataFolder } from "@/lib/platform/storage/open-store";

/** Left out: what only says something about running processes, what can be made again, and what is imported already. */
const leftOut = new Set(["server-port", "logs", "features", "imports", "cache"]);

/**
 * The copy is a data folder: `npm start -- --data FOLDER` starts from it.
 *
 * @param target a folder that does not exist yet
 * @returns the exit code: 0
 * @throws SemblanceError `conflict` where the folder exists, `unavailable` where the database is not the embedded one,
 *   `disk_full`; nothing is left of a backup that failed
 */
export async function backup(
  target: string,
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const { dataFolder, databaseUrl } = env();
  const folder = resolve(target);
  if (databaseUrl) {
    throw new SemblanceError("unavailable", "The database is not in the data folder but at DATABASE_URL.", {
      remedy: `Back it up with pg_dump, then copy the blobs: ${whereBlobsAre()}.`,
    });
  }
  if (existsSync(folder)) {
    throw new SemblanceError("conflict", `${folder} already exists.`, {
      remedy: "Choose a folder that does not exist.",
    });
  }
  if (!relative(dataFolder, folder).startsWith("..")) {
    throw new SemblanceError("invalid_input", "The backup must not be inside the data folder.", {
      remedy: "Choose another folder, preferably on another disk.",
    });
  }
  const draft = `${folder}.partial`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await copyDatabase(dataFolder, draft);
    // Blobs after the database: every blob that a copied row names is there, and blobs never change.
    await cp(dataFolder, draft, {
      recursive: true,
      filter: (source) => {
        const [first] = relative(dataFolder, source).split(/[\\/]/);
        return first !== "postgres" && !leftOut.has(first!);
      },
    });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  try {
    await recordBackup(dataFolder, folder);
  } catch (thrown) {
    // The copy is complete all the same, such as one made of an earlier version just before an update.
    log().warn({ err: thrown }, "The backup is complete, but the audit log has no entry of it.");
  }
  if (!isStoreInDataFolder()) {
    output.write(
      `Images and weights are not in the data folder and were not copied. Copy them now: ${whereBlobsAre()}\n`,
    );
  }
  output.write(`${folder}\nStart from it with: npm start -- --data ${folder}\n`);
  return 0;
}

function whereBlobsAre(): string {
  const { store } = env();
  return store.kind === "folder" ? join(store.folder, "blobs") : `s3://${store.bucket}/${store.prefix}blobs`;
}

/** Where no server runs there is no database to write to, and nobody else's work to account for. */
async function recordBackup(dataFolder: string, folder: string): Promise<void> {
  if (!findRunningPostgres(dataFolder)) return;
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      actor: "command line",
      action: "backup.made",
      subject: { kind: "installation", id: "data-folder" },
      detail: { folder },
    }),
  );
  await db.$disconnect();
}

/** A running database is copied as PostgreSQL's manual describes under "Making a Base Backup Using the Low Level API". */
async function copyDatabase(dataFolder: string, draft: string): Promise<void> {
  const { postgres } = dataPaths(dataFolder);
  const copy = join(draft, "postgres");
  const running = findRunningPostgres(dataFolder);
  const copyFiles = (leaveOut: (path: string) => boolean) =>
    cp(postgres, copy, {
      recursive: true,
      filter: (source) => !leaveOut(relative(postgres, source).replaceAll("\\", "/")),
    });
  if (!running) return copyFiles((path) => path === "postmaster.pid");

  const client = new pg.Client({ connectionString: running.url });
  await client.connect();
  try {
    // Keeps the write-ahead log of the copying time from being recycled; gone with the connection.
    await client.query("SELECT pg_create_physical_replication_slot('semblance_backup', true, true)");
    await client.query("SELECT pg_backup_start('semblance', true)");
    await copyFiles(
      (path) =>
        path === "postmaster.pid" ||
        path === "postmaster.opts" ||
        path.startsWith("pg_wal/") ||
        path.startsWith("pg_replslot/"),
    );
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    await writeFile(join(copy, "backup_label"), rows[0]!.labelfile, { mode: 0o600 });
    await cp(join(postgres, "pg_wal"), join(copy, "pg_wal"), { recursive: true });
  } finally {
    await client.end();
  }
}
