import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { limitConnections } from "@/web/connections";

const silenceMs = 200;

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  limitConnections(server, silenceMs);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("a response may take longer to compute than a client may be silent", async () => {
  const port = await serve((incoming, outgoing) => {
    if (incoming.url === "/page") outgoing.write("begun, ");
    setTimeout(() => outgoing.end("computed"), 4 * silenceMs);
  });
  expect(await (await fetch(`http://127.0.0.1:${port}/file`)).text()).toBe("computed");
  expect(await (await fetch(`http://127.0.0.1:${port}/page`)).text()).toBe("begun, computed");
});

test("a client that does not read its response is disconnected", async () => {
  let answered: Promise<unknown> = Promise.resolve();
  const port = await serve((_incoming, outgoing) => {
    answered = once(outgoing, "close");
    outgoing.end(Buffer.alloc(64e6));
  });
  const socket = connect(port, "127.0.0.1").pause();
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  await new Promise((settle) => setTimeout(settle, silenceMs / 2));
  await answered;
  socket.destroy();
});
