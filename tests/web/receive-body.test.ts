import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { watchBody } from "@/web/receive-body";

const limit = { bytes: 1e6, atLeast: { bytes: 1000, everySeconds: 1 } };
const announcedBytes = 100_000;

/** Sends pieces of a body, one each 50 ms, and says how the upload ended. */
async function upload(pieces: number, pieceBytes: number): Promise<string> {
  const server = createServer();
  const ended = new Promise<string>((resolve) => {
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      watchBody(incoming, outgoing, limit);
      incoming
        .resume()
        .on("error", () => {})
        .on("close", () => resolve(incoming.complete ? "complete" : "closed"));
    });
  });
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
  socket.write(`POST / HTTP/1.1\r\nHost: here\r\nContent-Length: ${announcedBytes}\r\n\r\n`);
  let left = pieces;
  const timer = setInterval(() => {
    if (left-- > 0) socket.write(Buffer.alloc(pieceBytes));
  }, 50);
  onTestFinished(() => clearInterval(timer));
  return await ended;
}

test("an upload that keeps moving takes as long as it needs", async () => {
  expect(await upload(50, 2000)).toBe("complete");
});

test("an upload that stands still is closed, and so is one that trickles", async () => {
  expect(await upload(2, 5000)).toBe("closed");
  expect(await upload(1000, 1)).toBe("closed");
});
