/** Bytes over a connection, and what comes back: for requests that no library would send. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type RawAnswer = {
  /** Null where the connection was closed without an answer. */
  status: number | null;
  /** In lower case. */
  head: string;
  /** Neither an answer nor the connection's end came in time. */
  isLate: boolean;
};

/** Sends `bytes` and reads the head of the answer, or until the connection closes. */
export async function sendRaw(port: number, bytes: Buffer | string, timeoutMs: number): Promise<RawAnswer> {
  const socket = await openConnection(port, bytes);
  const { head, isLate } = await readHead(socket, timeoutMs);
  socket.destroy();
  return {
    status: /^http\/1\.1 (\d{3})/.test(head) ? Number(head.slice(9, 12)) : null,
    head,
    isLate,
  };
}

/** A connection over which `bytes` have been sent. */
export async function openConnection(port: number, bytes: Buffer | string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  // What the server closes in the middle of a request is no fault of the test.
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(bytes);
  return socket;
}

function readHead(socket: Socket, timeoutMs: number): Promise<{ head: string; isLate: boolean }> {
  let head = "";
  return new Promise((resolve) => {
    const settle = (isLate: boolean) => {
      clearTimeout(timer);
      resolve({ head: head.split("\r\n\r\n", 1)[0]!.toLowerCase(), isLate });
    };
    const timer = setTimeout(() => settle(true), timeoutMs);
    socket.on("data", (chunk: Buffer) => {
      head += chunk.toString("latin1");
      // A 100 only says: go on.
      head = head.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, "");
      if (head.includes("\r\n\r\n")) settle(false);
    });
    socket.on("close", () => settle(false));
  });
}
