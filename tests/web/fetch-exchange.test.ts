import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { SemblanceError } from "@/lib/errors";
import { answerWith, type BodyReader } from "@/web/fetch-exchange";
import { dropRest } from "@/web/receive-body";

const servers = new Set<ReturnType<typeof createServer>>();

const bodyLimit = { bytes: 256 * 1024, withinSeconds: 1 };

async function serve(handle: (request: Request, readBody: BodyReader) => Promise<Response>): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    outgoing.once("finish", () => dropRest(incoming));
    void answerWith(incoming, outgoing, handle, bodyLimit);
  });
  servers.add(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers.clear();
});

describe("answerWith", () => {
  test("passes on method, address, headers and body, and returns status, headers and body", async () => {
    const url = await serve(async (request, readBody) =>
      Response.json(
        {
          method: request.method,
          path: new URL(request.url).pathname,
          cookie: request.headers.get("cookie"),
          body: String(await readBody()),
        },
        { status: 201, headers: { "x-kept": "yes" } },
      ),
    );
    const answer = await fetch(`${url}/some/path?x=1`, {
      method: "POST",
      body: "grün",
      headers: { cookie: "a=1; b=2" },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-kept")).toBe("yes");
    expect(await answer.json()).toEqual({
      method: "POST",
      path: "/some/path",
      cookie: "a=1; b=2",
      body: "grün",
    });
  });

  test("bytes arrive unchanged", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const url = await serve(async () => new Response(bytes));
    expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(bytes);
  });

  test("an exception in a handler becomes an error response, and the server keeps running", async () => {
    let calls = 0;
    const url = await serve(async () => {
      calls++;
      if (calls === 1) throw new SemblanceError("gone", "It is gone.");
      return new Response("there");
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({ error: { code: "gone", message: "It is gone." } });
    expect(await (await fetch(url)).text()).toBe("there");
  });

  /** What comes back to bytes sent as they are, until the connection closes. */
  async function say(url: string, ...said: (string | Buffer)[]): Promise<string> {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    for (const each of said) socket.write(each);
    let heard = "";
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
    });
    socket.on("error", () => {});
    await once(socket, "close");
    return heard;
  }

  test("a body that is too large is refused without reading all of it", async () => {
    let read = false;
    const url = await serve(async (_request, readBody) => {
      await readBody();
      read = true;
      return new Response("");
    });
    for (const head of [
      "Content-Length: 1000000000\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n493e0\r\n",
    ]) {
      const heard = await say(url, `POST / HTTP/1.1\r\nHost: here\r\n${head}`, Buffer.alloc(300_000, "1"));
      expect(heard).toMatch(/^HTTP\/1\.1 413 /);
      expect(heard).toContain("too_large");
    }
    expect(read).toBe(false);
  });

  test("a body that does not come in time is refused", async () => {
    const url = await serve(async (_request, readBody) => new Response(String(await readBody())));
    const heard = await say(url, "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf");
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain("within 1 second");
  });

  test("the body of a refused request is not awaited", async () => {
    const url = await serve(async () => {
      throw new SemblanceError("not_signed_in", "Who are you?");
    });
    const startedAt = performance.now();
    const heard = await say(url, "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf");
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test("a client that disconnects in the middle of its body does not affect others", async () => {
    const url = await serve(async (_request, readBody) => new Response(String(await readBody())));
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf");
    await new Promise((settle) => setTimeout(settle, 50));
    socket.destroy();
    await new Promise((settle) => setTimeout(settle, 50));
    expect(await (await fetch(url, { method: "POST", body: "whole" })).text()).toBe("whole");
  });
});
