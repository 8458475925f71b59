/** The servers that the browser tests visit: each of Playwright's workers has one for itself, with a data folder of its own. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type TestServer = { readonly dataFolder: string; readonly port: number };

const prefix = "semblance-browser-tests-";

/**
 * As many as SEMBLANCE_TEST_SERVERS says, one where it says nothing. Where SEMBLANCE_TEST_DATA and SEMBLANCE_TEST_PORT name
 * a server, it is that one alone.
 */
export function chooseServers(): TestServer[] {
  const { SEMBLANCE_TEST_DATA: data, SEMBLANCE_TEST_PORT: port, SEMBLANCE_TEST_SERVERS: count } = process.env;
  if (data) return [{ dataFolder: data, port: Number(port ?? anyPort()) }];
  const folder = makeFolder(join(tmpdir(), `${prefix}${process.pid}`));
  removeOldFolders();
  return Array.from({ length: Number(count ?? 1) }, (_, index) => ({
    dataFolder: makeFolder(join(folder, String(index))),
    port: anyPort(),
  }));
}

function anyPort(): number {
  return 20_000 + Math.floor(Math.random() * 20_000);
}

/** Readable for everybody: as root, PostgreSQL runs under another account. */
function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}

/** Those of runs that have ended; at the end of a run the servers still write into theirs. */
function removeOldFolders(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    if (!isRunning(Number(name.slice(prefix.length))))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
