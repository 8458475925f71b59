import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { limitConnections } from "@/web/connections";

const silenceMs = 200;
const limits = { connections: 6, perNetwork: 3, silenceMs };

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  limitConnections(server, limits);
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

/** Opens a connection from an address of this machine, and asks for something, so that the server surely has it. */
async function open(port: number, localAddress: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  await once(socket, "data");
  return socket;
}

const isOpen = (sockets: Socket[]) => sockets.map((socket) => !socket.closed);

// Linux answers at every address of 127.0.0.0/8; other systems would need them set up.
test.runIf(process.platform === "linux")(
  "one network that opens too many connections loses its own oldest, and nobody else's",
  async () => {
    const port = await serve((_incoming, outgoing) => void outgoing.end("here"));
    const neighbour = await open(port, "127.0.0.2");
    const many: Socket[] = [];
    for (let count = 0; count < 5; count++) many.push(await open(port, "127.0.0.3"));
    await vi.waitFor(() => expect(isOpen(many)).toEqual([false, false, true, true, true]));
    expect(isOpen([neighbour])).toEqual([true]);
  },
);

test.runIf(process.platform === "linux")(
  "at the limit of all connections, the network with the most loses its oldest",
  async () => {
    const port = await serve((_incoming, outgoing) => void outgoing.end("here"));
    const many: Socket[] = [];
    for (let count = 0; count < 3; count++) many.push(await open(port, "127.0.0.3"));
    const others: Socket[] = [];
    for (const last of [4, 5, 6, 7]) others.push(await open(port, `127.0.0.${last}`));
    await vi.waitFor(() => expect(isOpen(many)).toEqual([false, true, true]));
    expect(isOpen(others)).toEqual([true, true, true, true]);
  },
);
