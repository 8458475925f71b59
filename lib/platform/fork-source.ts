/** How a TypeScript file runs as a process of its own: compiled, which takes a third of the time, or else as it is. */
import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findCompiled } from "./find-compiled.mjs";

/** The folder whose tsconfig.json tells tsx what "@/" means. */
const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** @returns URL of what scripts/compile-sources.mjs has made of a file for processes; null where it has not */
export function compiledAddress(source: URL): URL | null {
  if (source.protocol !== "file:") return null;
  const path = relative(projectFolder, fileURLToPath(source)).replaceAll("\\", "/");
  const compiled = findCompiled(projectFolder, "processes", path);
  return compiled === null ? null : pathToFileURL(compiled);
}

/** @returns what Node is called with to run a file: compiled, where it has been, or else as it is */
export function sourceCommand(entry: URL): string[] {
  const compiled = compiledAddress(entry);
  return [...(compiled === null ? ["--import", sourceLoader()] : []), fileURLToPath(compiled ?? entry)];
}

/**
 * @param entry URL of the file
 * @param options `heapMegabytes`: the most that its objects may take. `youngMegabytes`: size of one of V8's semi-spaces, in
 *   which objects are new. Node's own limits where absent. `readsSources`: it loads TypeScript that is not compiled, so it
 *   must not be compiled itself
 */
export function forkSource(
  entry: URL,
  {
    heapMegabytes,
    youngMegabytes,
    readsSources = false,
    ...options
  }: Omit<ForkOptions, "cwd" | "execArgv"> & {
    heapMegabytes?: number;
    youngMegabytes?: number;
    readsSources?: boolean;
  },
): ChildProcess {
  const compiled = readsSources ? null : compiledAddress(entry);
  return fork(fileURLToPath(compiled ?? entry), [], {
    ...options,
    cwd: projectFolder,
    execArgv: [
      ...(compiled === null ? ["--import", sourceLoader()] : []),
      ...(heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`]),
      ...(youngMegabytes === undefined ? [] : [`--max-semi-space-size=${youngMegabytes}`]),
    ],
  });
}

function sourceLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
}
