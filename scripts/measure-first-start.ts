/**
 * Measures what a stranger waits for: `npx tsx scripts/measure-first-start.ts`. Clones the committed state into a new
 * folder, runs `npm start` there (packages come from npm's cache where it is warm), and notes when the first page
 * answers and when the demo's leaderboard can be read; then stops and measures a later start.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const firstPort = 20_000 + Math.floor(Math.random() * 20_000);
const longestMs = 30 * 60_000;

type Start = { readyMs: number; leaderboardMs: number | null; stop: () => Promise<void> };

const folder = mkdtempSync(join(tmpdir(), "semblance-first-start-"));
try {
  const clone = join(folder, "semblance");
  const load = loadavg()[0]!;
  const began = Date.now();
  execFileSync("git", ["clone", "--quiet", root, clone]);
  const first = await start(clone, began);
  await first.stop();
  const later = await start(clone, Date.now());
  await later.stop();
  const seconds = (ms: number | null) =>
    ms === null ? "no demo in this clone" : `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `\ncores: ${availableParallelism()}, load before: ${load.toFixed(1)}, Node ${process.versions.node}`,
  );
  console.log(`clone to first page: ${seconds(first.readyMs)}`);
  console.log(`clone to the demo's leaderboard: ${seconds(first.leaderboardMs)}`);
  console.log(`later start to first page: ${seconds(later.readyMs)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs `npm start` and signs in by its link, as its user would. */
async function start(clone: string, began: number): Promise<Start> {
  const child = spawn(process.execPath, ["scripts/start.mjs", "--port", String(firstPort)], {
    cwd: clone,
    env: { ...process.env, SEMBLANCE_DATA: join(clone, "data"), DATABASE_URL: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((settle) => child.on("close", settle));
  let said = "";
  const link = await new Promise<string>((settle, reject) => {
    const timer = setTimeout(() => reject(new Error("npm start was not ready in half an hour")), longestMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      process.stdout.write(text);
      said += text;
      const found = /Sign in \(works once\): (\S+)/.exec(said);
      if (!found || !said.includes("Stop with Ctrl-C")) return;
      clearTimeout(timer);
      settle(found[1]!);
    });
    void ended.then((code) => reject(new Error(`npm start ended with exit code ${code}`)));
  });
  const page = await fetch(link);
  if (!page.ok) throw new Error(`${link} answered ${page.status}`);
  const readyMs = Date.now() - began;
  const leaderboardMs = (await readLeaderboard(clone)) ? Date.now() - began : null;
  return {
    readyMs,
    leaderboardMs,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Whether the example's leaderboard is there, computed as its page does. */
async function readLeaderboard(clone: string): Promise<boolean> {
  try {
    const listed = execFileSync(
      process.execPath,
      ["bin/semblance.mjs", "study", "leaderboard", "Demo study, simulated raters"],
      {
        cwd: clone,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        env: { ...process.env, SEMBLANCE_DATA: join(clone, "data") },
      },
    );
    return listed.includes("fine-tuned");
  } catch {
    return false;
  }
}
