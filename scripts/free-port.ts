/** A port for the web pages. */
import { createServer } from "node:net";
import { SemblanceError } from "@/lib/errors";

const tried = 50;

/**
 * The first port from `first` on that nobody listens on.
 *
 * @param address where to listen; null: at all addresses of this machine
 * @throws SemblanceError `unavailable` where none of the next fifty is free, or this user may not listen there, or the
 *   machine has no such address
 */
export async function findFreePort(first: number, address: string | null = null): Promise<number> {
  const last = Math.min(65_535, first + tried - 1);
  for (let port = first; port <= last; port++) {
    const refusal = await tryPort(port, address);
    if (refusal === null) return port;
    if (refusal === "EADDRNOTAVAIL") {
      throw new SemblanceError("unavailable", `This machine does not have the address ${address}.`, {
        remedy: "Set SEMBLANCE_BIND to one of its own addresses, or unset it to listen at all of them.",
      });
    }
    if (refusal === "EACCES") {
      throw new SemblanceError("unavailable", `This user may not listen on port ${port}.`, {
        remedy: "Choose a port of at least 1024 with --port N; a reverse proxy can serve port 80.",
      });
    }
  }
  throw new SemblanceError("unavailable", `Ports ${first} to ${last} are all in use.`, {
    remedy: "Choose one with --port N.",
  });
}

/** Null where it is free, else the code of the system's refusal. */
function tryPort(port: number, address: string | null): Promise<string | null> {
  return new Promise((settle) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => settle(error.code ?? "unknown"));
    server.listen(port, address ?? undefined, () => server.close(() => settle(null)));
  });
}
