/** Answers that browsers save as files. */

/** A file that is computed for this answer, sent as it is read. @param computed.bytes null while it still grows */
export function computedAttachment(
  { stream, bytes }: { stream: ReadableStream<Uint8Array>; bytes: number | null },
  name: string,
  mediaType: string,
): Response {
  const headers = new Headers(headersOf(name, mediaType));
  if (bytes !== null) headers.set("Content-Length", String(bytes));
  return new Response(stream, { headers });
}

export function attachment(file: string | Uint8Array, name: string, mediaType: string): Response {
  return new Response(typeof file === "string" ? file : new Uint8Array(file), {
    headers: headersOf(name, mediaType),
  });
}

/** Text that is made while it is sent; where the reader leaves, no more of it is made. */
export function textAttachment(
  pieces: AsyncGenerator<string, void, undefined>,
  name: string,
  mediaType: string,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return();
    },
  });
  return new Response(body, { headers: headersOf(name, mediaType) });
}

function headersOf(name: string, mediaType: string) {
  return {
    "Content-Type": mediaType,
    "Content-Disposition": `attachment; filename="${toFileName(name)}"`,
    "Cache-Control": "no-store",
  };
}

/** What every operating system takes as a file name, and no header is broken by. */
export function toFileName(name: string): string {
  return name.replace(/[^\w.-]+/g, "-").slice(-120);
}
