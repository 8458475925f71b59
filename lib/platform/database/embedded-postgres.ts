/** Makes, starts, finds and stops the PostgreSQL of a data folder. It outlives anyone who started it, unless stopped. */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { dataPaths, keptSecret } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { embeddedName, embeddedUrl, passwordSecret } from "@/lib/platform/database/database-url";
import { findPostgresBinaries } from "@/lib/platform/database/postgres-binaries";
import { findPostgresIdentity, giveFolder, toCommandAs } from "@/lib/platform/database/postgres-identity";
import { sharedMemoryProblem } from "@/lib/platform/database/shared-memory";

export type RunningPostgres = { url: string; port: number; pid: number };

const startTimeoutMs = 60_000;
const pollMs = 20;
const largestLogBytes = 16 * 1024 * 1024;

/** The PostgreSQL that serves this data folder, or null where none does. */
export function findRunningPostgres(dataFolder: string): RunningPostgres | null {
  const lock = readLockFile(dataFolder);
  if (!lock?.ready || !isPostgres(lock.pid)) return null;
  const url = embeddedUrl(lock.port, keptSecret(passwordSecret, dataFolder));
  return { url, port: lock.port, pid: lock.pid };
}

/**
 * Starts the PostgreSQL of a data folder, making it first where there is none; one that already runs is taken over.
 *
 * @param options.port to listen on; by default any that is free
 * @param options.fast gives up safety against power cuts for speed: for tests alone.
 * @throws SemblanceError `unavailable` or `disk_full` with PostgreSQL's own words in the cause.
 */
export async function startEmbeddedPostgres(
  dataFolder: string,
  options: { port?: number; fast?: boolean } = {},
): Promise<RunningPostgres & { alreadyRunning: boolean }> {
  const running = findRunningPostgres(dataFolder);
  if (running) return { ...running, alreadyRunning: true };

  const paths = dataPaths(dataFolder);
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  if (!existsSync(join(paths.postgres, "PG_VERSION"))) initialise(dataFolder, options);
  const identity = findPostgresIdentity();
  if (identity) giveFolder(paths.postgres, identity);
  removeStaleLock(dataFolder);

  const port = options.port ?? (await findFreePort());
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "timezone=UTC",
    ...(sharedMemoryProblem() ? ["dynamic_shared_memory_type=mmap"] : []),
    ...(options.fast ? ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] : []),
  ];
  const { postgres, folder } = findPostgresBinaries();
  const command = [postgres, "-D", paths.postgres, ...settings.flatMap((setting) => ["-c", setting])];
  const logPath = join(paths.logs, "postgres.log");
  if (existsSync(logPath) && statSync(logPath).size > largestLogBytes) renameSync(logPath, `${logPath}.1`);
  const logStart = existsSync(logPath) ? statSync(logPath).size : 0;
  const log = openSync(logPath, "a", 0o600);
  let exited: string | null = null;
  try {
    const child = spawnPostgres(command, [join(folder, "bin", "x"), join(paths.postgres, "x")], log);
    child.on("exit", (code, signal) => {
      exited = `exit code ${code ?? signal}`;
    });
    child.on("error", (error) => {
      exited = error.message;
    });
    child.unref();
  } finally {
    closeSync(log);
  }

  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; ) {
    const started = findRunningPostgres(dataFolder);
    if (started) {
      await createDatabaseIfMissing(started.port, keptSecret(passwordSecret, dataFolder));
      return { ...started, alreadyRunning: false };
    }
    if (exited !== null) break;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const words = readFileSync(logPath, "utf8").slice(logStart).trim();
  throw toStartError(words, logPath, exited);
}

/** Ends the data folder's PostgreSQL after its open transactions have been rolled back ("fast" shutdown). */
export async function stopEmbeddedPostgres(dataFolder: string): Promise<void> {
  const lock = readLockFile(dataFolder);
  if (!lock || !isPostgres(lock.pid)) return;
  process.kill(lock.pid, "SIGINT");
  while (isPostgres(lock.pid)) await new Promise((resolve) => setTimeout(resolve, pollMs));
}

function initialise(dataFolder: string, options: { fast?: boolean }): void {
  const paths = dataPaths(dataFolder);
  const { initdb, folder } = findPostgresBinaries();
  const identity = findPostgresIdentity();
  // Made under another name and renamed when complete, so that an interrupted start leaves nothing half-made.
  const draft = `${paths.postgres}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const passwordFile = join(tmpdir(), `semblance-${randomBytes(8).toString("hex")}`);
  writeFileSync(passwordFile, keptSecret(passwordSecret, dataFolder), { mode: 0o600 });
  try {
    if (identity) {
      giveFolder(draft, identity);
      chownSync(passwordFile, identity.uid, identity.gid);
    }
    const plain = [
      initdb,
      `--pgdata=${draft}`,
      `--username=${embeddedName}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      ...(options.fast ? ["--no-sync"] : []),
    ];
    const closedPaths = [join(folder, "bin", "x"), join(draft, "x"), passwordFile];
    const { command, spawnAs } = identity
      ? toCommandAs(identity, plain, closedPaths)
      : { command: plain, spawnAs: {} };
    const result = spawnSync(command[0]!, command.slice(1), { ...spawnAs, cwd: "/", encoding: "utf8" });
    if (result.status !== 0) {
      throw toStartError(`${result.error ?? ""}${result.stdout ?? ""}${result.stderr ?? ""}`, null, null);
    }
    renameSync(draft, paths.postgres);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

function spawnPostgres(plain: string[], closedPaths: string[], log: number) {
  const identity = findPostgresIdentity();
  const { command, spawnAs } = identity
    ? toCommandAs(identity, plain, closedPaths)
    : { command: plain, spawnAs: {} };
  // A process group of its own: Ctrl-C in the terminal must not end the database before its clients.
  return spawn(command[0]!, command.slice(1), {
    ...spawnAs,
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
  });
}

type LockFile = { pid: number; port: number; ready: boolean };

/** postmaster.pid: process id, folder, start time, port, socket folder, address, shared memory, state, a line each. */
function readLockFile(dataFolder: string): LockFile | null {
  try {
    const lines = readFileSync(join(dataPaths(dataFolder).postgres, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === "ready" };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** After a restart of the machine the lock file's process id may belong to somebody else. */
function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  if (process.platform === "linux") {
    try {
      const status = readFileSync(`/proc/${pid}/stat`, "utf8");
      return /\(postgres\) [^Z]/.test(status);
    } catch {
      return false;
    }
  }
  if (process.platform === "win32") return true;
  return spawnSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" }).stdout.includes(
    "postgres",
  );
}

function removeStaleLock(dataFolder: string): void {
  const lock = readLockFile(dataFolder);
  if (lock && !isPostgres(lock.pid))
    rmSync(join(dataPaths(dataFolder).postgres, "postmaster.pid"), { force: true });
}

async function createDatabaseIfMissing(port: number, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: embeddedUrl(port, password, "postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [embeddedName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${embeddedName}`);
  } finally {
    await client.end();
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function toStartError(words: string, logPath: string | null, exited: string | null): SemblanceError {
  const cause = new Error(`${words}${exited ? ` (${exited})` : ""}`);
  if (/No space left on device/.test(words)) {
    return new SemblanceError("disk_full", "The database could not start: the disk is full.", {
      remedy: "Free some space, or set SEMBLANCE_DATA to a folder on another disk, and start again.",
      cause,
    });
  }
  const lastLine =
    words.split("\n").findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? words.split("\n").at(-1);
  return new SemblanceError(
    "unavailable",
    `The database could not start: ${lastLine || exited || "no answer"}.`,
    {
      remedy: `${logPath ? `Its log is ${logPath}. ` : ""}Set DATABASE_URL to use your own PostgreSQL instead.`,
      cause,
    },
  );
}
