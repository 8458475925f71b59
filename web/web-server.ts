/**
 * The web server. Next serves the pages; what raters wait for at every answer is served beside it, at a fraction of the
 * processor time (docs/decisions/0024).
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import next from "next";
import { env } from "@/lib/env";
import { inRequest } from "@/lib/platform/request/request-context";
import { settleClient } from "@/lib/platform/server/client-address";
import { answerWith } from "./fetch-exchange";
import { identify } from "./identify-request";
import { findRaterRequest } from "./rater-requests";
import { setSecurityHeaders } from "./security-headers";

/** Node gives a request five minutes to arrive whole; GLIDE's weights over a slow line take longer. */
const longestUploadMs = 4 * 3600 * 1000;
/** How long requests that are being answered may take once the server has been told to stop. */
const graceMs = 3000;

const { port } = env();
const pages = next({ dev: false, dir: fileURLToPath(new URL("..", import.meta.url)), port });
await pages.prepare();
const servePage = pages.getRequestHandler();

const server = createServer({ requestTimeout: longestUploadMs }, (incoming, outgoing) => {
  const identity = identify(incoming, outgoing);
  settleClient(incoming);
  setSecurityHeaders(outgoing);
  const answered = inRequest(identity, () => serveRater(incoming, outgoing) ?? servePage(incoming, outgoing));
  answered.catch((thrown: unknown) => {
    console.error("A request could not be answered:", thrown);
    if (!outgoing.headersSent) outgoing.statusCode = 500;
    outgoing.end();
  });
});
server.listen(port);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
// A supervisor that died takes its web server along.
process.once("disconnect", stop);

/** Null where the request is for Next. */
function serveRater(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> | null {
  const found = findRaterRequest(incoming.url?.split("?", 1)[0] ?? "");
  if (found === null) return null;
  const { raterRequest, names } = found;
  return answerWith(incoming, outgoing, async (request) =>
    request.method === raterRequest.method
      ? raterRequest.answer(request, names)
      : new Response(null, { status: 405, headers: { allow: raterRequest.method } }),
  );
}

function stop(): void {
  server.close(() => process.exit(0));
  setTimeout(() => server.closeAllConnections(), graceMs).unref();
}
