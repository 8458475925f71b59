/** Answers a request that is not taken, before or instead of whoever would have answered it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { errorToStatus, type SemblanceError } from "@/lib/errors";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { errorResponse } from "@/lib/platform/server/error-response";

/** As JSON; people who opened an address in their browser read it as a page. */
export async function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  thrown: unknown,
): Promise<void> {
  const error = toPlatformError(thrown);
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const { allow, retryAfterSeconds } = error.details ?? {};
  if (allow !== undefined) outgoing.setHeader("Allow", String(allow));
  if (retryAfterSeconds !== undefined) outgoing.setHeader("Retry-After", String(retryAfterSeconds));
  const isRead = incoming.method === "GET" && (incoming.headers.accept ?? "").includes("text/html");
  if (isRead) {
    outgoing.statusCode = errorToStatus(error.code);
    outgoing.setHeader("Cache-Control", "no-store");
    outgoing.setHeader("Content-Type", "text/html; charset=utf-8");
    outgoing.end(toPage(error));
  } else {
    const response = errorResponse(thrown);
    outgoing.statusCode = response.status;
    outgoing.setHeaders(response.headers);
    outgoing.end(await response.text());
  }
}

function toPage({ message, remedy }: SemblanceError): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Semblance</title>
<body style="font-family: system-ui, sans-serif; margin: 4rem auto; max-width: 34rem; padding: 0 1.5rem">
<h1>${escapeHtml(message)}</h1>
${remedy ? `<p>${escapeHtml(remedy)}</p>\n` : ""}<p><a href="/">Home</a></p>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
