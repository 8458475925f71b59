/** Worker processes of tests, compiled: they are started again and again, and reading TypeScript takes seconds. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { findCompiled } from "@/lib/platform/find-compiled.mjs";
import { compileEntry } from "@/scripts/compile-sources.mjs";

/**
 * @param name of a file in this folder, without its ending
 * @returns what starts a process of it, with further variables of the environment
 */
export async function compileWorker(
  name: string,
): Promise<(variables?: Readonly<Record<string, string>>) => ChildProcess> {
  const source = `tests/workers/${name}.ts`;
  const [root, bundle] = [process.cwd(), `test-${name}`];
  const compiled = findCompiled(root, bundle, source) ?? (await compileEntry(root, bundle, source));
  return (variables = {}) =>
    spawn(process.execPath, [compiled], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...variables },
    });
}

/** Sends a signal to a process and waits until it has ended. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
