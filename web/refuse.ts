/** Answers a request that is not taken, before or instead of whoever would have answered it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SemblanceError } from "@/lib/errors";
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
  const response = errorResponse(thrown);
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  if (error.details?.allow !== undefined) outgoing.setHeader("Allow", String(error.details.allow));
  const isRead = incoming.method === "GET" && (incoming.headers.accept ?? "").includes("text/html");
  if (isRead) outgoing.setHeader("Content-Type", "text/html; charset=utf-8");
  outgoing.end(isRead ? toPage(error) : await response.text());
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
