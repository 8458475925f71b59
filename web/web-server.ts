/**
 * The web server. Next serves the pages; what raters wait for at every answer is served beside it, at a fraction of the
 * processor time (docs/decisions/0024).
 */
import { createServer, type IncomingMessage, Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import next from "next";
import { compute, computeIn } from "@/lib/computations/compute";
import { env } from "@/lib/env";
import { checkRole } from "@/lib/platform/accounts/check-role";
import { memberOfRequest } from "@/lib/platform/accounts/member-of-cookie";
import { createComputingPool, usualPoolOptions } from "@/lib/platform/computing/computing-pool";
import { beImpatient } from "@/lib/platform/database/session-limits";
import { startLog } from "@/lib/platform/log/log";
import { inRequest } from "@/lib/platform/request/request-context";
import { clientOfRequest, settleClient } from "@/lib/platform/server/client-address";
import { keepFilesPrivate } from "@/lib/platform/storage/private-files";
import { admitRequest } from "./admit-request";
import { readBuiltPages } from "./built-pages";
import { limitConnections, serverOptions } from "./connections";
import { answerWith } from "./fetch-exchange";
import { answerHealth } from "./health";
import { identify } from "./identify-request";
import { dropRest, readBody, watchBody, withBody } from "./receive-body";
import { refuse } from "./refuse";
import { type LongBody, type RouteLimit, rates } from "./route-limits";
import { findScreenRequest } from "./screen-requests";
import { setSecurityHeaders } from "./security-headers";
import { TokenBuckets } from "./token-buckets";
import { watchAnswer } from "./watch-answer";

/** How long requests that are being answered may take once the server has been told to stop. */
const graceMs = 3000;

keepFilesPrivate();
startLog("web");
beImpatient();

const { port, bindAddress } = env();
const dir = fileURLToPath(new URL("..", import.meta.url));
const sendBuiltPage = await readBuiltPages(join(dir, ".next"));
const pages = next({
  dev: false,
  dir,
  port,
  // Next listens there for WebSockets, which this site has none of; at the real server they would bypass all limits.
  httpServer: new Server(),
});
await pages.prepare();
const servePage = pages.getRequestHandler();
const computing = createComputingPool({
  ...usualPoolOptions,
  entry: new URL("../lib/computations/process.ts", import.meta.url),
});
computeIn(computing);
const buckets = new Map(Object.entries(rates).map(([name, rate]) => [name, new TokenBuckets(rate)]));

const server = createServer(serverOptions, serve);
// A body is asked for only when its sender and its size are known.
server.on("checkContinue", serve).on("checkExpectation", serve);
limitConnections(server);
server.listen(port, bindAddress ?? undefined, () => {
  // Where it fails, whoever asks for results first waits a little longer.
  compute("get-ready", null, { owner: "web server" }).catch(() => {});
});

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
// A supervisor that died takes its web server along.
process.once("disconnect", stop);

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const identity = identify(incoming, outgoing);
  settleClient(incoming);
  const { network, secure } = clientOfRequest(incoming);
  setSecurityHeaders(outgoing, secure);
  outgoing.once("finish", () => dropRest(incoming));
  await inRequest({ ...identity, signal: leaving(outgoing) }, async () => {
    watchAnswer(incoming, outgoing);
    try {
      const limit = admitRequest(incoming);
      if (limit.rate) buckets.get(limit.rate)!.take(network);
      await answer(incoming, outgoing, limit);
    } catch (thrown) {
      await refuse(incoming, outgoing, thrown);
    }
  });
}

/** Aborts when the client has left before the answer was complete. */
function leaving(outgoing: ServerResponse): AbortSignal {
  const left = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) left.abort();
  });
  return left.signal;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { body, senders }: RouteLimit,
): Promise<void> {
  const health = answerHealth(incoming, outgoing);
  if (health) return health;
  const path = incoming.url!.split("?", 1)[0]!;
  if (sendBuiltPage(incoming, outgoing, path)) return;
  const found = findScreenRequest(path);
  const short = body && "withinSeconds" in body ? body : null;
  if (found) {
    const { screenRequest, names } = found;
    return answerWith(
      incoming,
      outgoing,
      (request, reader) => screenRequest.answer(request, names, reader),
      short,
    );
  }
  if (incoming.method !== "POST") return servePage(incoming, outgoing);
  const member = senders || short?.strangersBytes ? await memberOfRequest(incoming) : null;
  if (senders) checkRole(member, senders);
  if (short) {
    const bytes = (member ? null : short.strangersBytes) ?? short.bytes;
    const read = await readBody(incoming, outgoing, { ...short, bytes });
    return servePage(withBody(incoming, read), outgoing);
  }
  if (body) watchBody(incoming, outgoing, body as LongBody);
  await servePage(incoming, outgoing);
}

function stop(): void {
  computing.close();
  server.close(() => process.exit(0));
  setTimeout(() => server.closeAllConnections(), graceMs).unref();
}
