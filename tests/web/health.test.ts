/** Health checks for a supervisor, a load balancer or Kubernetes, on a server with a real database. */
import { rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataPaths } from "@/lib/env";
import { withTestDatabase } from "@/tests/database";
import { answerHealth } from "@/web/health";

const { db } = await withTestDatabase();
const server = createServer((incoming, outgoing) => {
  if (!answerHealth(incoming, outgoing)) outgoing.end("something else");
});
let origin: string;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function ask(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(origin + path);
  return { status: response.status, body: await response.json() };
}

const kept = () => new Promise((passed) => setTimeout(passed, 1000));
const everything = { database: true, migrations: true, files: true };

test("is not ready before the last migration is done", async () => {
  const finish = (time: Date | null) => db.$executeRaw`
    UPDATE "_prisma_migrations" SET finished_at = ${time}::timestamptz
    WHERE migration_name = (SELECT max(migration_name) FROM "_prisma_migrations")`;
  expect(await finish(null)).toBe(1);
  expect(await ask("/readyz")).toMatchObject({ status: 503, body: { ...everything, migrations: false } });
  await finish(new Date());
  await kept();
});

test("is alive, and ready with the database, its migrations and writable files; workers are only reported", async () => {
  expect(await ask("/healthz")).toEqual({ status: 200, body: { status: "alive" } });
  expect(await ask("/readyz?verbose")).toEqual({
    status: 200,
    body: { status: "ready", ...everything, worker: false },
  });
  expect(await (await fetch(`${origin}/healthzz`)).text()).toBe("something else");
});

test("is alive but not ready if images cannot be stored", async () => {
  const { blobs } = dataPaths();
  await rename(blobs, `${blobs}-away`);
  await writeFile(blobs, "no folder");
  await kept();
  expect(await ask("/readyz")).toMatchObject({ status: 503, body: { status: "unavailable", files: false } });
  expect((await ask("/healthz")).status).toBe(200);
});
