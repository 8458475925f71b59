/** `semblance doctor`: what this machine has, what is missing, and how to get it. */
import { randomBytes } from "node:crypto";
import { mkdir, statfs } from "node:fs/promises";
import { arch, availableParallelism, freemem, platform, totalmem } from "node:os";
import pg from "pg";
import { type ExecutionProvider, isWebgpu, wantedAdapter } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { findAdapter } from "@/lib/engine/webgpu/dawn";
import { listGraphicsAdapters } from "@/lib/engine/webgpu/list-adapters";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { listSharedNetworks } from "@/lib/evaluations/networks/shared-networks";
import { weightCatalogue } from "@/lib/metrics/weights/catalogue";
import { findInstalledWeights } from "@/lib/metrics/weights/weight-folder";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { findRunningPostgres } from "@/lib/platform/database/embedded-postgres";
import { findPostgresBinaries } from "@/lib/platform/database/postgres-binaries";
import { findRunningServer } from "@/lib/platform/server/server-beacon";
import { blobStore, isStoreInDataFolder } from "@/lib/platform/storage/open-store";
import { counted } from "@/lib/text/counted";
import { checkDecided } from "./installation";

export type Finding = {
  name: string;
  /** `missing`: something optional that a command installs; `bad`: Semblance does not work like this. */
  verdict: "good" | "missing" | "bad";
  says: string;
  remedy?: string;
};

type Output = Pick<NodeJS.WriteStream, "write">;

const gigabyte = 1e9;
/** Packages, pages and database take 2 GB; images and models come on top. */
const leastFreeDiskBytes = 3 * gigabyte;
const leastMemoryBytes = 3 * gigabyte;

/** @returns the exit code: 0, or 1 where something is bad */
export async function doctor(
  options: { json?: boolean } = {},
  output: Output = process.stdout,
): Promise<number> {
  checkDecided();
  const engine = await checkProvider();
  const findings = [
    checkNode(),
    checkMemory(),
    await checkDisk(),
    await checkDatabase(),
    ...(await checkStore()),
    await checkServer(),
    ...engine.findings,
    ...(await checkGraphics(engine.provider)),
    ...(await checkWeights()),
  ];
  if (options.json) output.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    const width = Math.max(...findings.map(({ name }) => name.length));
    const marks = { good: "ok     ", missing: "missing", bad: "BAD    " };
    for (const { name, verdict, says, remedy } of findings) {
      output.write(`${marks[verdict]}  ${name.padEnd(width)}  ${says}\n`);
      if (remedy) output.write(`${" ".repeat(width + 11)}→ ${remedy}\n`);
    }
  }
  return findings.some(({ verdict }) => verdict === "bad") ? 1 : 0;
}

function checkNode(): Finding {
  const version = process.versions.node;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const says = `${version} on ${platform()} ${arch()}, ${counted(availableParallelism(), "processor core", "processor cores")}`;
  const fits = major > 20 || (major === 20 && minor >= 19);
  return fits
    ? { name: "Node", verdict: "good", says }
    : { name: "Node", verdict: "bad", says, remedy: "Install Node 20.19 or newer." };
}

function checkMemory(): Finding {
  const says = `${toGigabytes(freemem())} free of ${toGigabytes(totalmem())}`;
  return totalmem() >= leastMemoryBytes
    ? { name: "Memory", verdict: "good", says }
    : {
        name: "Memory",
        verdict: "bad",
        says,
        remedy: "Semblance needs 3 GB; training the published models takes 12 GB.",
      };
}

async function checkDisk(): Promise<Finding> {
  const { dataFolder } = env();
  try {
    await mkdir(dataFolder, { recursive: true });
    const { bavail, bsize } = await statfs(dataFolder);
    const says = `${toGigabytes(bavail * bsize)} free for ${dataFolder}`;
    return bavail * bsize >= leastFreeDiskBytes
      ? { name: "Disk", verdict: "good", says }
      : {
          name: "Disk",
          verdict: "bad",
          says,
          remedy: "Free some space, or choose a folder on another disk with --data.",
        };
  } catch (error) {
    const says = `${dataFolder} cannot be written: ${(error as Error).message}`;
    return {
      name: "Disk",
      verdict: "bad",
      says,
      remedy: "Change its owner, or choose another folder with --data.",
    };
  }
}

async function checkDatabase(): Promise<Finding> {
  const name = "Database";
  try {
    const { databaseUrl, dataFolder } = env();
    const running = databaseUrl ? null : findRunningPostgres(dataFolder);
    if (!databaseUrl && !running) {
      findPostgresBinaries();
      return {
        name,
        verdict: "good",
        says: "embedded, not running; npm start and other commands start it",
      };
    }
    const client = new pg.Client({
      connectionString: databaseUrl ?? running!.url,
      connectionTimeoutMillis: 5000,
    });
    await client.connect();
    const { rows } = await client.query("SHOW server_version");
    await client.end();
    const where = databaseUrl ? "the one at DATABASE_URL" : `embedded, process ${running!.pid}`;
    return { name, verdict: "good", says: `PostgreSQL ${rows[0].server_version}, ${where}` };
  } catch (thrown) {
    const error = toPlatformError(thrown);
    const says =
      error.code === "internal" ? `cannot be reached: ${(thrown as Error).message}` : error.message;
    return {
      name,
      verdict: "bad",
      says,
      remedy: error.code === "internal" ? "Check DATABASE_URL." : error.remedy,
    };
  }
}

/** Writes, reads and removes a small file, as everything that runs will. */
async function checkStore(): Promise<Finding[]> {
  const { store, objectStore } = env();
  const name = "Store";
  if (isStoreInDataFolder()) return [];
  const where =
    store.kind === "folder"
      ? store.folder
      : `bucket “${store.bucket}” at ${objectStore.endpoint ?? `Amazon S3 in ${objectStore.region}`}`;
  try {
    const { sha256 } = await blobStore().put(randomBytes(64));
    const isWhole = await blobStore().isWhole(sha256);
    await blobStore().delete(sha256);
    if (!isWhole) throw new SemblanceError("unavailable", "What was written could not be read.");
    return [{ name, verdict: "good", says: `${where}: wrote, read and deleted a file` }];
  } catch (thrown) {
    const { message, remedy } = toPlatformError(thrown);
    return [{ name, verdict: "bad", says: `${where}: ${message}`, remedy }];
  }
}

async function checkServer(): Promise<Finding> {
  const server = await findRunningServer(env().dataFolder);
  return server
    ? { name: "Server", verdict: "good", says: `${server.url ?? "starting"}, process ${server.pid}` }
    : { name: "Server", verdict: "missing", says: "not running", remedy: "npm start" };
}

type Engine = { findings: readonly Finding[]; provider: ExecutionProvider };

async function checkProvider(): Promise<Engine> {
  try {
    const { provider, declined } = await chooseExecutionProvider(env().provider);
    const unused = declined.map(
      ({ provider: other, reason }): Finding => ({
        name: `Engine: ${other}`,
        verdict: "missing",
        says: `not used: ${reason}`,
      }),
    );
    return {
      provider,
      findings: [
        { name: "Engine", verdict: "good", says: `runs on ${provider}${trialOf(provider)}` },
        ...unused,
      ],
    };
  } catch (thrown) {
    const { message, remedy } = toPlatformError(thrown);
    return { provider: "cpu", findings: [{ name: "Engine", verdict: "bad", says: message, remedy }] };
  }
}

/** A device is taken only if it passed its trial; the processor is what it is compared with. */
function trialOf(provider: ExecutionProvider): string {
  return provider === "cpu" ? "" : "; its trial, a small training step, gave the processor’s numbers";
}

/** Features that decide how fast a card can be. */
const cardFeatures = {
  "shader-f16": "half precision",
  subgroups: "subgroups",
  "chromium-experimental-subgroup-matrix": "cooperative matrices",
  "timestamp-query": "timestamps",
} as const;

/** @param provider on which the engine runs */
async function checkGraphics(provider: ExecutionProvider): Promise<Finding[]> {
  const adapters = await listGraphicsAdapters();
  const wanted = wantedAdapter(provider);
  const taken =
    wanted === null ? adapters.findIndex(({ isUsual }) => isUsual) : findAdapter(adapters, wanted);
  return adapters.map(({ name, isSoftware, largestBufferBytes, features }, number) => {
    const has = Object.entries(cardFeatures)
      .filter(([feature]) => features.includes(feature))
      .map(([, words]) => words);
    const kind = isSoftware ? "a driver in software, " : "";
    const size = `arrays up to ${toGigabytes(largestBufferBytes)}`;
    const use = isWebgpu(provider) && number === taken ? ", used by the engine" : "";
    return {
      name: `Graphics: webgpu:${number}`,
      verdict: "good",
      says: `${name}: ${kind}${[size, ...has].join(", ")}${use}`,
    };
  });
}

async function checkWeights(): Promise<Finding[]> {
  const shared = await listSharedNetworks();
  return Promise.all(
    weightCatalogue.map(async (entry): Promise<Finding> => {
      const name = `Weights: ${entry.name}`;
      const installed = await findInstalledWeights(dataPaths().weights, entry.name);
      if (installed) return { name, verdict: "good", says: installed.folder };
      if (shared.has(entry.name)) {
        return { name, verdict: "good", says: "in the store; fetched when it is needed" };
      }
      return {
        name,
        verdict: "missing",
        says: `${entry.title}, for ${entry.purpose}`,
        remedy: `npx semblance weights get ${entry.name}`,
      };
    }),
  );
}

function toGigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`;
}
