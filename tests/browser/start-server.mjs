/**
 * Starts the server that the browser tests visit, with what it prints in a file: `node start-server.mjs LOG ARGUMENTS…`.
 * Only where it ends by itself are its last lines shown.
 */
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";

const shownLines = 60;

const [log, ...args] = process.argv.slice(2);
console.log(`The server's output: ${log}`);
const output = openSync(log, "w");
const server = spawn(process.execPath, ["scripts/start.mjs", ...args], { stdio: ["ignore", output, output] });
// Playwright tells the whole process group; the server stops in its own order.
let isStopping = false;
process.on("SIGTERM", () => {
  isStopping = true;
});
server.on("close", (code, signal) => {
  if (!isStopping) {
    console.error(`The server ended (${signal ?? `exit code ${code}`}). Its last lines:`);
    console.error(readFileSync(log, "utf8").trimEnd().split("\n").slice(-shownLines).join("\n"));
  }
  process.exitCode = code ?? 1;
});
