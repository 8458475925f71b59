/** Starts database, web server and worker, keeps them running, and stops them in the right order. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, statfsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { createFirstAdministratorLink } from "@/lib/platform/accounts/create-sign-in-link";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { db } from "@/lib/platform/database/db";
import {
  findRunningPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "@/lib/platform/database/embedded-postgres";
import { sharedMemoryProblem } from "@/lib/platform/database/shared-memory";
import { sourceCommand } from "@/lib/platform/fork-source";
import { prepareDatabase } from "@/lib/platform/installation/prepare-database";
import { noteRunningServer } from "@/lib/platform/server/running-servers";
import { localUrl } from "@/lib/platform/server/server-address";
import { claimDataFolder, type ServerBeacon, type ServerStatus } from "@/lib/platform/server/server-beacon";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { onStopSignals } from "@/lib/platform/server/stop-signals";
import { closeDataFolder, keepFilesPrivate } from "@/lib/platform/storage/private-files";
import { spaceProblem } from "./explain-failure.mjs";
import { findFreePort } from "./free-port";
import { offerDemo } from "./offer-demo";
import { openServiceLog, type ServiceLog } from "./service-log";
import { help, readStartOptions, type StartOptions } from "./start-options";

const root = fileURLToPath(new URL("..", import.meta.url));

type Service = { name: string; command: string[]; child: ChildProcess | null; diedAt: number[] };

/** Restarts within this time count towards the pause before the next one. */
const restartWindowMs = 60_000;
const stopTimeoutMs = 15_000;
/** A worker first finishes the step that its run computes, and writes the run's state: gigabytes for a large model. */
const workerStopTimeoutMs = 600_000;
const readyTimeoutMs = 60_000;
const databaseWatchMs = 2000;
/** A new database takes 40 MB, the demo's images and models about 100. */
const leastFreeBytes = 0.3e9;

/** Runs until it is told to stop (Ctrl-C, SIGTERM). @param args what follows `npm start --` */
export async function supervise(args: string[]): Promise<void> {
  try {
    await run(args);
  } catch (thrown) {
    printError(thrown);
    process.exit(1);
  }
}

function printError(thrown: unknown): void {
  const error = toPlatformError(thrown);
  console.error(`\n${error.message}${error.remedy ? `\n${error.remedy}` : ""}\n`);
  if (error.code === "internal") console.error(error.cause);
}

async function run(args: string[]): Promise<void> {
  keepFilesPrivate();
  const options = readStartOptions(args);
  if (options.help) {
    console.log(help);
    return;
  }
  const { dataFolder, databaseUrl: givenUrl } = env();
  makeDataFolder(dataFolder);

  const claim = await claimDataFolder(dataFolder);
  if (!("close" in claim)) return describeRunning(claim);

  const removeNote = noteRunningServer(root, dataFolder);
  process.on("exit", removeNote);
  let startedPort: number | null = null;
  try {
    checkSpace(dataFolder);
    if (givenUrl) console.log("Database: the one at DATABASE_URL.");
    else startedPort = await startDatabase(dataFolder);
    await serve({ dataFolder, options, startedPort, claim });
  } catch (thrown) {
    if (startedPort !== null) await stopEmbeddedPostgres(dataFolder);
    claim.close();
    throw thrown;
  }
}

/** @returns its port */
async function startDatabase(dataFolder: string): Promise<number> {
  const postgres = await startEmbeddedPostgres(dataFolder);
  console.log(
    postgres.alreadyRunning
      ? `Database: already running in the data folder (process ${postgres.pid}).`
      : "Database: PostgreSQL, started in the data folder.",
  );
  const withoutMemory = sharedMemoryProblem();
  if (withoutMemory) {
    console.log(
      `  ${withoutMemory}, so the database uses files instead of shared memory. That is a little slower, but just as safe.`,
    );
  }
  if (process.getuid?.() === 0) {
    console.log(
      "  You are root, but PostgreSQL does not run as root. It runs as another user (postgres or nobody).",
    );
  }
  return postgres.port;
}

type Setting = {
  dataFolder: string;
  options: StartOptions;
  /** The embedded database's port; null where DATABASE_URL names another one. */
  startedPort: number | null;
  claim: ServerBeacon;
};

async function serve({ dataFolder, options, startedPort, claim }: Setting): Promise<void> {
  const services: Service[] = [];
  const log = openServiceLog(dataFolder);
  const stopping = new AbortController();
  let databaseWatch: NodeJS.Timeout | undefined;
  const stop = async (exitCode: number) => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    log.event("info", "Semblance stops.");
    console.log("\nStopping. Running jobs save their state first. Press Ctrl-C again to stop immediately.");
    clearInterval(databaseWatch);
    await Promise.all(services.map(stopService));
    if (startedPort !== null) await stopEmbeddedPostgres(dataFolder);
    claim.close();
    process.exit(exitCode);
  };
  onStopSignals(
    () => void stop(0),
    () => {
      console.log("Stopping immediately.");
      for (const { child } of services) child?.kill("SIGKILL");
    },
  );

  const applied = await prepareDatabase();
  if (applied.length > 0) console.log(`Database: applied ${applied.join(", ")}.`);
  await offerDemo({ empty: options.empty, signal: stopping.signal });
  const { port: wantedPort, bindAddress } = env();
  const port = await findFreePort(wantedPort, bindAddress);
  if (port !== wantedPort) {
    console.log(`Port ${wantedPort} is in use by another program, so the web pages are on ${port}.`);
  }
  const url = localUrl(port, bindAddress);
  const link = await createFirstAdministratorLink();
  await db.$disconnect();
  if (stopping.signal.aborted) return;

  services.push(
    service("web", sourceCommand(new URL("../web/web-server.ts", import.meta.url))),
    ...(options.withWorker
      ? [service("worker", sourceCommand(new URL("../workers/worker.ts", import.meta.url)))]
      : []),
  );
  if (startedPort !== null) databaseWatch = keepDatabase(dataFolder, startedPort, log);
  for (const each of services) runService(each, dataFolder, port, log, () => stopping.signal.aborted);

  try {
    await waitUntilServing(url);
  } catch (thrown) {
    printError(thrown);
    return stop(1);
  }
  claim.setUrl(url);
  log.event("info", `Semblance ${softwareVersion} is ready at ${url}.`);
  console.log(`\n  Semblance is ready:  ${url}`);
  if (link) console.log(`  Sign in (works once): ${env().publicUrl ?? url}${link}`);
  console.log(`\n  Data folder: ${dataFolder}\n  Logs: ${dataPaths(dataFolder).logs}\n  Stop with Ctrl-C.\n`);
}

/** Starts the database again if it ends, on the same port: its clients know no other. */
function keepDatabase(dataFolder: string, port: number, log: ServiceLog): NodeJS.Timeout {
  let starting = false;
  return setInterval(async () => {
    if (starting || findRunningPostgres(dataFolder)) return;
    starting = true;
    log.event("error", "The database stopped. Restarting it.");
    await startEmbeddedPostgres(dataFolder, { port }).catch(printError);
    starting = false;
  }, databaseWatchMs);
}

function makeDataFolder(dataFolder: string): void {
  try {
    closeDataFolder(dataFolder);
    mkdirSync(dataPaths(dataFolder).imports, { recursive: true });
  } catch (cause) {
    throw new SemblanceError("unavailable", `The data folder ${dataFolder} cannot be written.`, {
      remedy: `Choose another one with --data DIR, or change its owner (${(cause as Error).message}).`,
      cause,
    });
  }
}

async function describeRunning({ pid, url, dataFolder }: ServerStatus): Promise<void> {
  if (url === null) {
    console.log(
      `\nSemblance is already being started, by process ${pid}, with the data folder ${dataFolder}.\n`,
    );
    return;
  }
  const { databaseUrl: given } = env();
  console.log(`\nSemblance is already running at ${url} (process ${pid}, data folder ${dataFolder}).`);
  const postgres = given ? null : findRunningPostgres(dataFolder);
  if (postgres) console.log(`Its database runs as process ${postgres.pid} on port ${postgres.port}.`);
  console.log("Stop it with Ctrl-C in its terminal, or use --data to run a second one.\n");
  const link = await createFirstAdministratorLink();
  if (link) console.log(`Sign in as the first administrator: ${url}${link}\n`);
  await db.$disconnect();
}

/** A database that runs out of space in the middle of its work is worse than one that never began. */
function checkSpace(dataFolder: string): void {
  const { bavail, bsize } = statfsSync(dataFolder);
  const lacking = spaceProblem(bavail * bsize, leastFreeBytes, dataFolder);
  if (lacking) throw new SemblanceError("disk_full", lacking.message, { remedy: lacking.remedy });
}

function service(name: string, command: string[]): Service {
  return { name, command, child: null, diedAt: [] };
}

/** Starts a service and starts it again whenever it ends, later and later if it keeps ending. */
function runService(
  running: Service,
  dataFolder: string,
  port: number,
  log: ServiceLog,
  isStopping: () => boolean,
): void {
  const child = spawn(process.execPath, running.command, {
    cwd: root,
    // The channel tells a service that its supervisor has died: it then ends as well.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, NODE_ENV: "production", PORT: String(port), SEMBLANCE_DATA: dataFolder },
    // Ctrl-C must reach the supervisor alone, which then stops its services in order.
    detached: true,
  });
  running.child = child;
  log.follow(running.name, child.stdout!, "info");
  log.follow(running.name, child.stderr!, "error");
  child.on("exit", (code, signal) => {
    running.child = null;
    if (isStopping()) return;
    const now = Date.now();
    running.diedAt = [...running.diedAt.filter((at) => now - at < restartWindowMs), now];
    const pauseMs = Math.min(30_000, 250 * 2 ** (running.diedAt.length - 1));
    log.event(
      "error",
      `The ${running.name} ended (${signal ?? `exit code ${code}`}); restarting in ${pauseMs} ms.`,
    );
    setTimeout(() => {
      if (!isStopping()) runService(running, dataFolder, port, log, isStopping);
    }, pauseMs);
  });
}

async function stopService({ name, child }: Service): Promise<void> {
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((settle) => child.once("exit", settle));
  child.kill("SIGTERM");
  const timer = setTimeout(
    () => child.kill("SIGKILL"),
    name === "worker" ? workerStopTimeoutMs : stopTimeoutMs,
  );
  await ended;
  clearTimeout(timer);
}

async function waitUntilServing(url: string): Promise<void> {
  for (const deadline = Date.now() + readyTimeoutMs; Date.now() < deadline; ) {
    try {
      await fetch(`${url}/sign-in`, { redirect: "manual" });
      return;
    } catch {
      await new Promise((settle) => setTimeout(settle, 100));
    }
  }
  throw new SemblanceError("unavailable", "The web pages did not come up within a minute.", {
    remedy: "See the web log in the data folder.",
  });
}
