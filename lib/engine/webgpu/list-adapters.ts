/** The graphics adapters of this machine, listed without loading a driver into this process. */
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** What WebGPU tells of an adapter; it does not tell how much memory there is. */
export type GraphicsAdapter = {
  /** As the driver names it. */
  readonly name: string;
  /** Whether its driver computes on the processor. */
  readonly isSoftware: boolean;
  /** Whether it is taken where none is named. */
  readonly isUsual: boolean;
  /** No array of a graph can be larger. */
  readonly largestBufferBytes: number;
  readonly features: readonly string[];
};

const timeoutMs = 30_000;

/**
 * The adapters that WebGPU finds, in the order of their numbers; none where it does not run, or a driver ends the process
 * that asks.
 */
export function listGraphicsAdapters(): Promise<readonly GraphicsAdapter[]> {
  const script = fileURLToPath(new URL("./report-adapters.ts", import.meta.url));
  const execArgv = ["--import", createRequire(import.meta.url).resolve("tsx")];
  return new Promise((resolve) => {
    const child = fork(script, { execArgv, stdio: "ignore", timeout: timeoutMs, killSignal: "SIGKILL" });
    child.on("message", (report) => resolve(report as GraphicsAdapter[]));
    child.on("error", () => resolve([]));
    child.on("exit", () => resolve([]));
  });
}
