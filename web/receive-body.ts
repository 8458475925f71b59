/** Bodies come no larger and no slower than their route allows, whoever reads them afterwards. */
import { IncomingMessage, type ServerResponse } from "node:http";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import type { LongBody, ShortBody } from "./route-limits";

/**
 * A short body, whole: whatever works with it then never waits for a slow client.
 *
 * @throws SemblanceError `too_large`, `timed_out`; `cancelled` where the client left
 */
export async function readBody(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  limit: ShortBody,
): Promise<Buffer> {
  expectBody(incoming, outgoing, limit.bytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const settle = (failure: SemblanceError | null) => {
      clearTimeout(timer);
      incoming.off("data", take).off("end", finish).off("close", leave);
      if (failure) reject(failure);
      else resolve();
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > limit.bytes) settle(tooLarge(limit.bytes));
    };
    const finish = () => settle(null);
    const leave = () => settle(new SemblanceError("cancelled", "The request was interrupted."));
    const timer = setTimeout(() => settle(timedOut(limit.withinSeconds)), limit.withinSeconds * 1000);
    // A client that disconnects is an error too, reported by "close".
    incoming
      .on("data", take)
      .on("end", finish)
      .on("close", leave)
      .on("error", () => {});
  });
  return Buffer.concat(chunks);
}

/** The same request, with a body that has come already. */
export function withBody(incoming: IncomingMessage, body: Buffer): IncomingMessage {
  const {
    method,
    url,
    headers,
    headersDistinct,
    rawHeaders,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
  } = incoming;
  const whole = Object.assign(new IncomingMessage(incoming.socket), {
    ...{ method, url, headers, headersDistinct, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor },
    complete: true,
  });
  whole.push(body);
  whole.push(null);
  return whole;
}

/**
 * Lets a long body through to whoever reads it, and closes a connection that stands still. What this server itself has
 * not taken yet does not count against it.
 *
 * @throws SemblanceError `too_large`
 */
export function watchBody(incoming: IncomingMessage, outgoing: ServerResponse, limit: LongBody): void {
  expectBody(incoming, outgoing, limit.bytes);
  const { atLeast } = limit;
  let before = incoming.socket.bytesRead;
  const timer = setInterval(() => {
    const now = incoming.socket.bytesRead;
    const isTaken = incoming.readableLength < incoming.readableHighWaterMark;
    if (!incoming.complete && isTaken && now - before < atLeast.bytes) incoming.destroy();
    before = now;
  }, atLeast.everySeconds * 1000);
  incoming.once("close", () => clearInterval(timer));
}

/** How long the rest of a body is thrown away, so that its sender gets to read why nobody wants it. */
const lingerMs = 2000;

/** For a request that has been answered: what is still to come of its body is not awaited for ever. */
export function dropRest(incoming: IncomingMessage): void {
  if (incoming.complete) return;
  setTimeout(() => {
    if (!incoming.complete) incoming.destroy();
  }, lingerMs).unref();
}

/** What the request says of its length is enough to refuse it before a byte of its body is read. */
function expectBody(incoming: IncomingMessage, outgoing: ServerResponse, mostBytes: number): void {
  const announced = incoming.headers["content-length"];
  if (announced !== undefined && Number(announced) > mostBytes) throw tooLarge(mostBytes);
  if (incoming.headers.expect !== undefined) outgoing.writeContinue();
}

function tooLarge(mostBytes: number): SemblanceError {
  return new SemblanceError("too_large", `A request to this address may have at most ${mostBytes} bytes.`);
}

function timedOut(seconds: number): SemblanceError {
  return new SemblanceError(
    "timed_out",
    `The request did not arrive within ${counted(seconds, "second", "seconds")}.`,
    {
      remedy: "Check your connection and try again.",
    },
  );
}
