/** The running web server's process: its id and its memory. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import WebSocket from "ws";
import { findRunningServer } from "@/lib/platform/server/server-beacon";

/** The process id of a child of the supervisor of these tests' server, by its command line. */
export async function processOf(command: RegExp): Promise<number> {
  const server = await findRunningServer(process.env.SEMBLANCE_TEST_DATA!);
  const listed = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(server!.pid)], {
    encoding: "utf8",
  });
  return Number.parseInt(listed.split("\n").find((line) => command.test(line))!, 10);
}

/** Compiled, or as it is written. */
export const webServer = /web.web-server[.][jt]s/;

/** Bytes of the process's heap after its garbage was collected, asked over Node's own inspector. */
export async function usedHeapBytes(pid: number): Promise<number> {
  const socket = await openInspector(pid);
  let id = 0;
  const call = async (method: string): Promise<unknown> => {
    const own = ++id;
    socket.send(JSON.stringify({ id: own, method }));
    for (;;) {
      const [message] = await once(socket, "message");
      const { id: answered, result } = JSON.parse(String(message));
      if (answered === own) return result;
    }
  };
  // The second time takes what finalizers of the first have let go.
  for (let time = 0; time < 2; time++) await call("HeapProfiler.collectGarbage");
  const { usedSize } = (await call("Runtime.getHeapUsage")) as { usedSize: number };
  socket.close();
  return usedSize;
}

/** The first signal opens the inspector; the web server's log then has its address, after those of servers before it. */
async function openInspector(pid: number): Promise<WebSocket> {
  process.kill(pid, "SIGUSR1");
  const log = join(process.env.SEMBLANCE_TEST_DATA!, "logs", "web.log");
  for (let waited = 0; ; waited += 200) {
    const address = [...readFileSync(log, "utf8").matchAll(/ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/g)].at(-1)?.[0];
    try {
      const socket = new WebSocket(address ?? "");
      await once(socket, "open");
      return socket;
    } catch (thrown) {
      if (waited > 10_000) throw thrown;
    }
    await new Promise((settle) => setTimeout(settle, 200));
  }
}
