/** Connections: how long one may take to say what it wants, and how many there may be. */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { env } from "@/lib/env";
import { findPeer } from "@/lib/platform/server/client-address";
import { contentSecurityPolicy } from "./security-headers";

const secondMs = 1000;

export type ConnectionLimits = {
  readonly connections: number;
  readonly perNetwork: number;
  /** How long a client may take nothing of its answer. */
  readonly silenceMs: number;
};

/** A connection costs some 20 KB. A browser opens six at most: `perNetwork` is a lecture hall behind one address. */
const usualLimits: ConnectionLimits = { connections: 8000, perNetwork: 2000, silenceMs: 300 * secondMs };

export const serverOptions: ServerOptions = {
  headersTimeout: 15 * secondMs,
  // Bodies have limits of their own, by route (receive-body.ts).
  requestTimeout: 0,
  connectionsCheckingInterval: 3 * secondMs,
  // A proxy keeps its connections for a minute and must not find one closed that it is just about to use.
  keepAliveTimeout: (env().trustedProxies.length > 0 ? 75 : 8) * secondMs,
  maxHeaderSize: 16 * 1024,
  // Refused with all others that are malformed (admit-request.ts).
  requireHostHeader: false,
};

/** What Node answers itself to what is no HTTP: nothing else sets headers there. */
const answers = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** @param limits lowered by tests */
export function limitConnections(server: Server, limits = usualLimits): void {
  /** By network, in the order in which they came. */
  const sockets = new Map<string, Set<Socket>>();
  let count = 0;
  server.on("connection", (socket: Socket) => {
    const { network, isProxy } = findPeer(socket.remoteAddress);
    const own = sockets.get(network) ?? new Set();
    sockets.set(network, own.add(socket));
    count += 1;
    socket.once("close", () => {
      own.delete(socket);
      count -= 1;
      if (own.size === 0) sockets.delete(network);
    });
    // The longest open goes first. Among those of a client that opens too many it is one of its own.
    if (own.size > limits.perNetwork && !isProxy) closeOldest(own);
    else if (count > limits.connections) closeOldest(largestOf(sockets));
  });
  server.setTimeout(limits.silenceMs);
  server.on("request", leaveWhoTakesNothing).on("checkContinue", leaveWhoTakesNothing);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || socket.destroyed) return void socket.destroy();
    const status = answers.get(error.code ?? "") ?? "400 Bad Request";
    socket.end(
      `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nX-Content-Type-Options: nosniff\r\n` +
        `Content-Security-Policy: ${contentSecurityPolicy}\r\n\r\n`,
    );
    socket.destroySoon();
  });
}

/** Nothing passes either while an answer is computed, which takes minutes for a large release: that is no silence. */
function leaveWhoTakesNothing(_incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.on("timeout", (socket: Socket) => {
    if (outgoing.writableLength > 0) socket.destroy();
  });
}

function closeOldest(own: Set<Socket>): void {
  own.values().next().value?.destroy();
}

function largestOf(sockets: Map<string, Set<Socket>>): Set<Socket> {
  return [...sockets.values()].reduce((largest, own) => (own.size > largest.size ? own : largest));
}
