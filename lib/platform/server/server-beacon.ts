/** How commands find the server of a data folder: it answers on its own port and leaves that port's number there. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { dataPaths } from "@/lib/env";

export type ServerStatus = {
  pid: number;
  dataFolder: string;
  /** Null while it is starting. */
  url: string | null;
};

export type ServerBeacon = {
  setUrl: (url: string) => void;
  close: () => void;
};

const answerTimeoutMs = 2000;

/**
 * The running server, or null. A process id in a file would not do: after a restart of the machine, or of a container,
 * it belongs to somebody else.
 */
export async function findRunningServer(dataFolder: string): Promise<ServerStatus | null> {
  try {
    const port = Number(readFileSync(dataPaths(dataFolder).server, "utf8"));
    const socket = connect({ host: "127.0.0.1", port });
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error("no answer")));
    const status = JSON.parse(await text(socket)) as ServerStatus;
    return status.dataFolder === dataFolder ? status : null;
  } catch {
    return null;
  }
}

/**
 * Takes the data folder for this process.
 *
 * @returns the server that has it already, or the beacon to close when this one ends
 */
export async function claimDataFolder(dataFolder: string): Promise<ServerBeacon | ServerStatus> {
  const path = dataPaths(dataFolder).server;
  const status: ServerStatus = { pid: process.pid, dataFolder, url: null };
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(JSON.stringify(status));
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  // It must not keep a process alive that is done otherwise.
  server.unref();
  const write = () => writeFileSync(path, String(port), { flag: "wx" });
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const running = await findRunningServer(dataFolder);
    if (running) {
      server.close();
      return running;
    }
    rmSync(path, { force: true });
    write();
  }
  return {
    setUrl: (url) => {
      status.url = url;
    },
    close: () => {
      server.close();
      rmSync(path, { force: true });
    },
  };
}
