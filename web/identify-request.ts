/** Gives every request an id, which the response, the logs and the audit log name. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { findClient } from "@/lib/platform/server/client-address";

const readableId = /^[\w.:-]{1,128}$/;

/**
 * For the server's entrance, before `settleClient` replaces what proxies said. A trusted proxy's own X-Request-Id is kept,
 * so that its log and this one can be put side by side; a client's is not.
 *
 * @returns the id, also set as the response's header, and the client's address
 */
export function identify(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): { requestId: string; address: string } {
  const { address } = findClient(incoming);
  const throughProxy = address !== findClient(incoming, []).address;
  const given = incoming.headers["x-request-id"];
  const requestId =
    throughProxy && typeof given === "string" && readableId.test(given) ? given : randomUUID();
  outgoing.setHeader("X-Request-Id", requestId);
  return { requestId, address };
}
