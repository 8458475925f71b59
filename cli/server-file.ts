/** What the running server wrote about itself. */
import { readFileSync } from "node:fs";
import { dataPaths } from "@/lib/env";

/** Null where no server of this data folder runs. */
export function readServerFile(): { pid: number; url: string } | null {
  try {
    const server = JSON.parse(readFileSync(dataPaths().server, "utf8")) as { pid: number; url: string };
    process.kill(server.pid, 0);
    return server;
  } catch {
    // Absent, or left behind by a server that was killed.
    return null;
  }
}
