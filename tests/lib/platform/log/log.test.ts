/** A service's output as its supervisor reads it: a real process, since logging takes over console and exit. */
import { execFile } from "node:child_process";
import { expect, test } from "vitest";

const program = `
  import { log, startLog } from "@/lib/platform/log/log";
  import { inRequest } from "@/lib/platform/request/request-context";
  startLog("web");
  log().debug("too quiet");
  inRequest({ requestId: "r-1" }, () => log().info({ path: "/sign-in/abcdefghijklmnop" }, "hello"));
  console.error("\\u001b[31mNext says\\u001b[0m", new Error("broken", { cause: new Error("token=abcdef12345678?token=abcdef") }));
  console.log("plain");
  setTimeout(() => { throw new Error("nobody caught this"); }, 10);
`;

test("is one line of JSON each, with time, level, service and request, also for what ends the process", async () => {
  const { stdout, code } = await new Promise<{ stdout: string; code: number | null }>((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", program],
      { env: { ...process.env, SEMBLANCE_LOG_LEVEL: "info" } },
      (_error, stdout) => resolve({ stdout, code: child.exitCode }),
    );
  });
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const line of lines) {
    expect(line).toMatchObject({ service: "web", level: expect.any(String), time: expect.any(String) });
    expect(Date.parse(line.time as string)).toBeGreaterThan(0);
  }
  const [hello, next, plain, fatal] = lines;
  expect(hello).toMatchObject({ level: "info", requestId: "r-1", path: "/sign-in/[redacted]", msg: "hello" });
  expect(next).toMatchObject({
    level: "error",
    msg: "Next says",
    err: { message: "broken", stack: expect.stringContaining("Error: broken"), cause: { type: "Error" } },
  });
  expect(JSON.stringify(next)).not.toContain('token=abcdef"');
  expect(plain).toMatchObject({ level: "info", msg: "plain" });
  expect(fatal).toMatchObject({ level: "fatal", err: { message: "nobody caught this" } });
  expect(lines).toHaveLength(4);
  expect(code).toBe(1);
});
