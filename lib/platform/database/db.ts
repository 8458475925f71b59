/** The Prisma client: one per process, connected at its first query. */
import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient } from "@/lib/generated/prisma/client";
import { databaseUrl } from "@/lib/platform/database/database-url";
import { requestContext } from "@/lib/platform/request/request-context";
import { ObservedPool } from "./observed-pool";
import { connectionTimeoutMs, sessionOptions } from "./session-limits";

export type Database = PrismaClient;
/** What a use case needs to run inside somebody else's transaction. */
export type Transaction = Prisma.TransactionClient;

/** A client of its own, for tests and tools; the caller disconnects it. */
export function createDatabase(url: string, options: { connections?: number } = {}): Database {
  return new PrismaClient({
    // The adapter sends times without their zone: session and adapter must agree that they are UTC.
    adapter: new PrismaPg(
      new ObservedPool({
        connectionString: url,
        max: options.connections ?? 10,
        connectionTimeoutMillis: connectionTimeoutMs,
        options: sessionOptions(),
      }),
      { disposeExternalPool: true },
    ),
    // Prisma's own 2 s and 5 s are too short for a machine that trains at the same time.
    transactionOptions: { maxWait: 20_000, timeout: 30_000 },
  });
}

// Next bundles this module more than once; the client must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceDatabase?: Database };

function connect(): Database {
  try {
    holder.semblanceDatabase ??= createDatabase(databaseUrl());
    return holder.semblanceDatabase;
  } catch (thrown) {
    requestContext()?.faults.add("database-away");
    throw thrown;
  }
}

/** The process's client. Building the web pages imports it without a database, so it is made when first used. */
export const db: Database = new Proxy({} as Database, {
  get(_target, property) {
    const client = connect();
    const value = Reflect.get(client, property, client);
    return typeof value === "function" ? value.bind(client) : value;
  },
});
