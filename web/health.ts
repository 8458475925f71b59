/** Two addresses for whoever watches over the server: whether it lives, and whether it can do its work. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataPaths, env } from "@/lib/env";
import { areMigrationsApplied } from "@/lib/platform/database/migrations-applied";
import { queryPrepared } from "@/lib/platform/database/prepared-transaction";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { keptFor } from "@/lib/platform/server/kept-for";
import { blobStore } from "@/lib/platform/storage/open-store";

/** Answers are kept this long, so that nobody can keep the database busy by asking. */
const keptMs = 1000;
const answerWithinMs = 3000;
const migrationsFolder = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

type Readiness = { database: boolean; migrations: boolean; files: boolean; worker: boolean };

const readiness = keptFor<Readiness>(keptMs);

/** Null where the path is neither of them. */
export function answerHealth(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> | null {
  const path = incoming.url?.split("?", 1)[0];
  if (path !== "/healthz" && path !== "/readyz") return null;
  return path === "/healthz"
    ? send(incoming, outgoing, 200, { status: "alive" })
    : answerReady(incoming, outgoing);
}

/** A worker is told of only: pages and raters do without one. */
async function answerReady(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { worker, ...needed } = await readiness("", findReadiness);
  const isReady = Object.values(needed).every(Boolean);
  await send(incoming, outgoing, isReady ? 200 : 503, {
    status: isReady ? "ready" : "unavailable",
    ...needed,
    worker,
  });
}

async function findReadiness(): Promise<Readiness> {
  const database = await holds(async () => (await queryPrepared`SELECT 1 AS one`).length === 1);
  const [migrations, worker, files] = await Promise.all([
    database && holds(() => areMigrationsApplied(migrationsFolder)),
    database && holds(async () => (await listWorkers()).length > 0),
    holds(canWriteFiles),
  ]);
  return { database, migrations, files, worker };
}

/** A full disk lets files be opened but not written. What an object store says of any blob says that it answers. */
async function canWriteFiles(): Promise<boolean> {
  const { store } = env();
  if (store.kind === "bucket") await blobStore().has("0".repeat(64));
  const blobs = store.kind === "folder" ? join(store.folder, "blobs") : dataPaths().cache;
  const path = join(blobs, `.writable-${process.pid}`);
  await mkdir(blobs, { recursive: true, mode: 0o700 });
  await writeFile(path, "yes");
  await rm(path);
  return true;
}

/** False too where it fails or takes too long. */
async function holds(check: () => Promise<boolean>): Promise<boolean> {
  const late = new Promise<boolean>((settle) => setTimeout(settle, answerWithinMs, false).unref());
  return Promise.race([check().catch(() => false), late]);
}

async function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  body: object,
): Promise<void> {
  outgoing.statusCode = status;
  outgoing.setHeader("Content-Type", "application/json");
  outgoing.setHeader("Cache-Control", "no-store");
  outgoing.end(incoming.method === "HEAD" ? undefined : JSON.stringify(body));
}
