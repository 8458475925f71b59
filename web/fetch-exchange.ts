/** Node's requests and responses as those of the fetch standard, which the handlers speak. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "./receive-body";
import { refuse } from "./refuse";
import type { ShortBody } from "./route-limits";

/** A body is read only when it is asked for, so that a handler can first look who sends it. */
export type BodyReader = () => Promise<Buffer>;

/**
 * Answers `incoming` with what `handle` makes of it, or with what it throws.
 *
 * @param bodyLimit where the request may have a body; asking for a larger or slower one throws
 */
export async function answerWith(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request, readBody: BodyReader) => Promise<Response>,
  bodyLimit: ShortBody | null = null,
): Promise<void> {
  try {
    const response = await handle(toRequest(incoming), async () =>
      bodyLimit ? readBody(incoming, outgoing, bodyLimit) : Buffer.alloc(0),
    );
    const body = Buffer.from(await response.arrayBuffer());
    outgoing.statusCode = response.status;
    outgoing.setHeaders(response.headers);
    outgoing.end(body);
  } catch (thrown) {
    await refuse(incoming, outgoing, thrown);
  }
}

/** Without its body. */
function toRequest(incoming: IncomingMessage): Request {
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const url = `http://${incoming.headers.host ?? "localhost"}${incoming.url}`;
  return new Request(url, { method: incoming.method ?? "GET", headers });
}
