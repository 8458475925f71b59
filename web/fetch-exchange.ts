/** Node's requests and responses as those of the fetch standard, which the handlers speak. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { SemblanceError } from "@/lib/errors";
import { errorResponse } from "@/lib/platform/server/error-response";

/** Far more than an answer with all its marks has. */
const largestBody = 256 * 1024;

/** Answers `incoming` with what `handle` makes of it; a body that is too large is refused before it is read whole. */
export async function answerWith(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const response = await toRequest(incoming).then(handle).catch(errorResponse);
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  // What is left of a refused body would otherwise be read as the next request.
  if (!incoming.complete) outgoing.setHeader("Connection", "close");
  outgoing.end(body);
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const method = incoming.method ?? "GET";
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const url = `http://${incoming.headers.host ?? "localhost"}${incoming.url}`;
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  return new Request(url, { method, headers, body: await readBody(incoming) });
}

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Destroyed, it could not be answered any more.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > largestBody) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new SemblanceError("cancelled", "The request was interrupted.", { cause });
  }
  if (bytes > largestBody) {
    throw new SemblanceError("too_large", `A request body may have at most ${largestBody} bytes.`);
  }
  return Buffer.concat(chunks);
}
