/** Ctrl-C on a separate process that never finishes storing. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const module = fileURLToPath(new URL("../../../../lib/platform/server/stop-signals.ts", import.meta.url));

test("the first signal asks to stop, its repetition by npm changes nothing, a second one ends a busy process", async () => {
  const script = `
    const { onStopSignals } = await import(${JSON.stringify(module)});
    onStopSignals(() => {
      console.log("stopping");
      setTimeout(() => { for (;;); }, 1100);
    });
    setInterval(() => {}, 1000);
    console.log("ready");`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => lines.push(...text.trim().split("\n")));
  const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  await expect.poll(() => lines, { timeout: 20_000 }).toEqual(["ready"]);
  child.kill("SIGINT");
  await expect.poll(() => lines).toEqual(["ready", "stopping"]);
  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 1400));
  expect(child.exitCode ?? child.signalCode).toBeNull();
  child.kill("SIGINT");
  expect(await ended).toBe("SIGINT");
  expect(lines).toEqual(["ready", "stopping"]);
});
