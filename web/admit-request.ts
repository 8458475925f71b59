/** Looks at every request before anything else does, and before its body is read: method, address, host and headers. */
import type { IncomingMessage } from "node:http";
import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state.js";
import { SemblanceError } from "@/lib/errors";
import { checkHost } from "./allowed-hosts";
import { findRouteLimit, type RouteLimit } from "./route-limits";

/**
 * Headers by which Next's parts, and our own, tell each other things. From outside they would be believed.
 */
const internalHeaders =
  /^(?:x-(?:middleware|invoke|nextjs|next|now|prerender|matched|vercel)-|next-resume$|x-(?:nonce|path)$)/;

/** What Next numbers its actions with. */
const actionId = /^[0-9a-f]{40,64}$/;

/**
 * @returns the row of the limits that holds for the request
 * @throws SemblanceError saying what is wrong with it
 */
export function admitRequest(incoming: IncomingMessage): RouteLimit {
  const path = readPath(incoming.url ?? "");
  const { host, origin, expect = "100-continue" } = incoming.headers;
  // HTTP/1.0 may leave it out.
  if (host !== undefined || incoming.httpVersion !== "1.0") checkHost(host ?? "");
  if (origin !== undefined && origin !== "null" && !URL.canParse(origin)) {
    throw malformed("The request’s Origin header is not a valid origin.");
  }
  if (expect.toLowerCase() !== "100-continue") throw malformed("The request expects what no server does.");
  for (const name of Object.keys(incoming.headers)) {
    if (internalHeaders.test(name)) delete incoming.headers[name];
  }
  const limit = findRouteLimit(path);
  checkMethod(incoming, limit);
  checkRouterState(incoming.headers["next-router-state-tree"]);
  return limit;
}

/** The path of a request's target, decoded. */
function readPath(target: string): string {
  if (!target.startsWith("/")) throw malformed("The request’s address does not begin with a slash.");
  if (/[^\x21-\x7e]/.test(target)) throw malformed("The address contains characters that must be encoded.");
  if (/%00/.test(target)) throw malformed("The address contains a null character.");
  try {
    return decodeURIComponent(target.split(/[?#]/, 1)[0]!);
  } catch {
    throw malformed("The address is damaged: a percent sign stands where it cannot.");
  }
}

function checkMethod(incoming: IncomingMessage, { methods, isPage }: RouteLimit): void {
  if (methods.length === 0) throw new SemblanceError("not_found", "There is nothing at this address.");
  const { method, headers } = incoming;
  const asked = methods.find((each) => each === (method === "HEAD" ? "GET" : method));
  // Pages take nothing but actions.
  const isTaken = asked === "GET" || (asked === "POST" && (!isPage || headers["next-action"] !== undefined));
  if (!isTaken) {
    const taken = methods.filter((each) => each === "GET" || !isPage);
    throw new SemblanceError("method_not_allowed", `This address does not take ${method} requests.`, {
      details: { allow: taken.flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each])).join(", ") },
    });
  }
  if (asked === "POST" && isPage && !actionId.test(String(headers["next-action"]))) {
    throw malformed("The request names no action.");
  }
}

/** Next's pages read it by the same function, and answer what it refuses as if they had failed themselves. */
function checkRouterState(state: string | string[] | undefined): void {
  try {
    parseAndValidateFlightRouterState(state);
  } catch {
    throw malformed("The request says in no readable way which page it came from.");
  }
}

function malformed(message: string): SemblanceError {
  return new SemblanceError("invalid_input", message, { remedy: "Check that you copied the whole address." });
}
