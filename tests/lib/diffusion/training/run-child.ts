/**
 * A training run in a process of its own that kills itself with SIGKILL, so that a test can continue it: arguments are a file
 * with the request and the event, as JSON, at which it dies. Events are lines of its output.
 */
import { readFileSync, writeSync } from "node:fs";
import { train } from "@/lib/diffusion/training/train";

const [requestPath, end] = process.argv.slice(2) as [string, string];
const fatal = Object.entries(JSON.parse(end) as Record<string, unknown>);
await train({
  ...JSON.parse(readFileSync(requestPath, "utf8")),
  onEvent: (event) => {
    writeSync(1, `${JSON.stringify(event)}\n`);
    const told: Readonly<Record<string, unknown>> = event;
    if (fatal.every(([key, value]) => told[key] === value)) process.kill(process.pid, "SIGKILL");
  },
});
