/** Starts a TypeScript file as a process of its own. */
import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder whose tsconfig.json tells tsx what "@/" means. */
const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param entry URL of the file
 * @param options `heapMegabytes`: the most that its objects may take; Node's own limit where absent
 */
export function forkSource(
  entry: URL,
  { heapMegabytes, ...options }: Omit<ForkOptions, "cwd" | "execArgv"> & { heapMegabytes?: number },
): ChildProcess {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return fork(fileURLToPath(entry), [], {
    ...options,
    cwd: projectFolder,
    execArgv: [
      "--import",
      loader,
      ...(heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`]),
    ],
  });
}
