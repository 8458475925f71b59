/** The production build on an empty data folder, for benchmarks of what people wait for; needs `next build`. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { db } from "@/lib/platform/database/db";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Starts web server, worker and database, lets `work` use them and this process's `db`, and ends and removes all. */
export async function withProduction(
  port: number,
  work: (running: { url: string; supervisorPid: number }) => Promise<void>,
): Promise<void> {
  const dataFolder = await mkdtemp(join(tmpdir(), "semblance-load-"));
  process.env.SEMBLANCE_DATA = dataFolder;
  const supervisor = spawn(
    process.execPath,
    ["scripts/start.mjs", "--empty", "--port", String(port), "--data", dataFolder],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    await work({ url: await readyUrl(supervisor), supervisorPid: supervisor.pid! });
  } finally {
    if (supervisor.exitCode === null) {
      await db.$disconnect();
      const ended = new Promise((settle) => supervisor.once("exit", settle));
      supervisor.kill("SIGTERM");
      await ended;
    }
    await rm(dataFolder, { recursive: true, force: true });
  }
}

function readyUrl(started: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    started.stdout!.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const ready = /Semblance is ready:\s+(\S+)/.exec(said)?.[1];
      if (ready) resolve(ready.replace("localhost", "127.0.0.1"));
    });
    started.once("exit", (code) =>
      reject(new Error(`Semblance ended with ${code} before it was ready:\n${said}`)),
    );
  });
}

/** The supervisor's children whose command line fits. */
export function servicesOf(parent: number, command: RegExp): number[] {
  return execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(parent)], { encoding: "utf8" })
    .split("\n")
    .filter((line) => command.test(line))
    .map((line) => Number(line.trim().split(/\s+/)[0]));
}
