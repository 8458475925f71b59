import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readBuiltPages } from "@/web/built-pages";

const inline = 'document.documentElement.dataset.theme="dark"';
const html = `<!DOCTYPE html><script src="/_next/a.js" defer=""></script><script>${inline}</script><p>${"x".repeat(2000)}</p>
<script id="__NEXT_DATA__" type="application/json">{"page":"/rate/[studyId]"}</script>`;

const folder = await mkdtemp(join(tmpdir(), "semblance-built-"));
for (const name of ["rate/[studyId].html", "caption/[deskId].html"]) {
  const path = join(folder, "server/pages", name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, html);
}
const send = await readBuiltPages(folder);
const server = createServer((incoming, outgoing) => {
  if (!send(incoming, outgoing, incoming.url!)) outgoing.writeHead(404).end();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** As it comes over the line: fetch would unpack it. */
async function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  const sent = request({
    host: "127.0.0.1",
    port,
    path,
    method,
    headers: { connection: "close", ...headers },
  });
  sent.end();
  const [response] = await once(sent, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode as number, headers: response.headers, body: Buffer.concat(chunks) };
}

describe("built pages", () => {
  test.each(["/rate/study-1", "/caption/desk-1"])("%s is the page that the build has drawn", async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(body.toString()).toBe(html);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-encoding"]).toBeUndefined();
  });

  test.each(["/rate", "/rate/", "/rate/a/b", "/rates/a", "/api/rate/a/open", "/join/a"])(
    "%s is left to others",
    async (path) => expect((await get(path)).status).toBe(404),
  );

  test("the policy lets the page's own inline script run, and no other", async () => {
    const { headers } = await get("/rate/a");
    const hash = createHash("sha256").update(inline).digest("base64");
    const scripts = /script-src ([^;]*)/.exec(headers["content-security-policy"])![1];
    expect(scripts).toBe(`'self' 'sha256-${hash}'`);
  });

  test("it is sent compressed to those who take it", async () => {
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [accepted, encoding] of [
      ["gzip, deflate, br", "br"],
      ["gzip, br;q=0", "gzip"],
      ["GZIP;q=0.5", "gzip"],
    ] as const) {
      const { headers, body } = await get("/rate/a", { "accept-encoding": accepted });
      expect(headers["content-encoding"], accepted).toBe(encoding);
      expect(headers.vary).toBe("Accept-Encoding");
      expect(unpack[encoding](body).toString()).toBe(html);
    }
  });

  test("a browser that has it is told so, by encoding", async () => {
    const { headers } = await get("/rate/a", { "accept-encoding": "br" });
    const again = { "accept-encoding": "br", "if-none-match": `"other", W/${headers.etag}` };
    const kept = await get("/rate/b", again);
    expect([kept.status, kept.body.length]).toEqual([304, 0]);
    expect(kept.headers["content-security-policy"]).toBe(headers["content-security-policy"]);
    expect((await get("/rate/a", { ...again, "accept-encoding": "gzip" })).status).toBe(200);
  });

  test("HEAD gets everything but the page", async () => {
    const { headers, body } = await get("/rate/a", {}, "HEAD");
    expect([headers["content-length"], body.length]).toEqual([String(Buffer.byteLength(html)), 0]);
  });
});
