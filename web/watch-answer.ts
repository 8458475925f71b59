/** What is told of every answer: its line in the log, and that the database was away where that is why it failed. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "@/lib/platform/log/log";
import { requestContext } from "@/lib/platform/request/request-context";
import { unavailablePage } from "./unavailable-page";

const retryAfterSeconds = 5;

/** For the server's entrance, within the request's context and before anything answers. */
export function watchAnswer(incoming: IncomingMessage, outgoing: ServerResponse): void {
  logWhenDone(incoming, outgoing);
  tellOfLostDatabase(incoming, outgoing);
}

/**
 * Refusals and failures are logged, at the level "debug" all requests. The address is logged without its query, which may
 * hold ids of people.
 */
function logWhenDone(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const startedAt = performance.now();
  const context = requestContext();
  outgoing.once("close", () => {
    const status = outgoing.statusCode;
    const line = {
      requestId: context?.requestId,
      address: context?.address,
      method: incoming.method,
      path: incoming.url?.split("?", 1)[0],
      status,
      ms: Math.round(performance.now() - startedAt),
    };
    if (status === 503) log().warn(line, "A request met an unavailable server.");
    else if (status >= 500) log().error(line, "A request failed.");
    else if (status >= 400 && status !== 404) log().info(line, "A request was refused.");
    else log().debug(line, "A request was answered.");
  });
}

/**
 * Next answers a page whose database is away with 500, a server action with 200, and signing in with 401; all of them are
 * 503 and worth another try. Pages are replaced by one that says so and tries again by itself.
 */
function tellOfLostDatabase(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const context = requestContext();
  const { writeHead, write, end } = outgoing;
  let isReplaced = false;
  outgoing.writeHead = function (this: ServerResponse, ...given: unknown[]) {
    const status = given[0] as number;
    const isAction = incoming.headers["next-action"] !== undefined;
    const failed = status >= 400 || isAction;
    if (context?.faults.has("database-away") && failed) {
      given[0] = 503;
      isReplaced = status === 500;
    }
    if (given[0] === 503 && !this.hasHeader("retry-after")) this.setHeader("Retry-After", retryAfterSeconds);
    if (!isReplaced) return Reflect.apply(writeHead, this, given);
    const language = incoming.headers["accept-language"];
    const page = unavailablePage(language, retryAfterSeconds);
    for (const name of ["content-encoding", "transfer-encoding", "etag"]) this.removeHeader(name);
    this.setHeader("Content-Type", "text/html; charset=utf-8");
    this.setHeader("Cache-Control", "no-store");
    this.setHeader("Content-Length", Buffer.byteLength(page));
    Reflect.apply(writeHead, this, [503]);
    if (incoming.method === "HEAD") Reflect.apply(end, this, []);
    else Reflect.apply(end, this, [page]);
    return this;
  } as ServerResponse["writeHead"];
  // Node writes the head when the body begins: it has to be written first for the body to be left out.
  outgoing.write = function (this: ServerResponse, ...given: unknown[]) {
    if (!this.headersSent) this.writeHead(this.statusCode);
    return isReplaced ? true : Reflect.apply(write, this, given);
  } as ServerResponse["write"];
  outgoing.end = function (this: ServerResponse, ...given: unknown[]) {
    if (!this.headersSent && context?.faults.has("database-away")) this.writeHead(this.statusCode);
    if (!isReplaced) return Reflect.apply(end, this, given);
    return this;
  } as ServerResponse["end"];
}
