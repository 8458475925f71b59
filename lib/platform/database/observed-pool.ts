/**
 * Connections that tell what happens on them: slow statements go to the log, and a request on whose way the database was
 * away is marked, so that whoever answers it can say so.
 */
import pg from "pg";
import { log } from "@/lib/platform/log/log";
import { requestContext } from "@/lib/platform/request/request-context";
import { isLostDatabase } from "./database-errors";

const slowMs = 1000;
const shownCharacters = 500;

type Callback = (error: Error | undefined, ...results: unknown[]) => void;

/**
 * What marks the request that asks now, where an error says that the database is away. Callbacks run in the context of the
 * request that made the connection, which may be another.
 */
function marker(): (thrown: unknown) => void {
  const context = requestContext();
  return (thrown) => {
    if (isLostDatabase(thrown)) context?.faults.add("database-away");
  };
}

/** Values are never logged: they are what people typed. */
function noteSlow(statement: unknown, startedAt: number): void {
  const ms = performance.now() - startedAt;
  if (ms < slowMs) return;
  const text = typeof statement === "string" ? statement : (statement as { text?: string } | null)?.text;
  log().warn({ ms: Math.round(ms), statement: text?.slice(0, shownCharacters) }, "A statement was slow.");
}

/**
 * A callback that notes what comes of it. It must not hold the arguments that it is one of: each result would then outlive
 * many garbage collections, which cost more than reading it.
 */
function observed(callback: Callback, note: (error: Error | undefined) => void): Callback {
  return (error, result) => {
    note(error);
    callback(error, result);
  };
}

class ObservedClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares six ways to call it.
  override query(...given: any[]): any {
    const startedAt = performance.now();
    const noteLostDatabase = marker();
    const [statement] = given;
    const callback = given.at(-1);
    if (typeof callback === "function") {
      given[given.length - 1] = observed(callback, (error) => {
        noteSlow(statement, startedAt);
        if (error) noteLostDatabase(error);
      });
    }
    const asked: unknown = Reflect.apply(super.query, this, given);
    if (asked instanceof Promise) {
      asked.then(
        () => noteSlow(statement, startedAt),
        (error) => {
          noteSlow(statement, startedAt);
          noteLostDatabase(error);
        },
      );
    }
    return asked;
  }
}

/** As pg's own, for everything that this process asks of the database. */
export class ObservedPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super({ ...config, Client: ObservedClient } as pg.PoolConfig);
    // An idle connection that the server ends is replaced; the event must only be heard.
    this.on("error", () => {});
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg declares two ways to call it.
  override connect(...given: any[]): any {
    const noteLostDatabase = marker();
    const [callback] = given;
    if (typeof callback === "function") {
      return super.connect((error, ...results) => {
        if (error) noteLostDatabase(error);
        (callback as Callback)(error, ...results);
      });
    }
    const asked = super.connect();
    asked.catch(noteLostDatabase);
    return asked;
  }
}
