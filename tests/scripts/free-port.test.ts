import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { findFreePort } from "@/scripts/free-port";

function listen(host: string | undefined): Promise<number> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  return new Promise((settle) => {
    server.listen({ port: 0, ...(host ? { host } : {}) }, () => {
      settle((server.address() as { port: number }).port);
    });
  });
}

test.each([undefined, "127.0.0.1"])("a port that is taken on %s is passed over", async (host) => {
  const taken = await listen(host);
  const free = await findFreePort(taken);
  expect(free).toBeGreaterThan(taken);
  expect(free).toBeLessThan(taken + 50);
});

test("a port that this user may not open is explained, not skipped", async (context) => {
  const first = process.platform === "linux" ? "/proc/sys/net/ipv4/ip_unprivileged_port_start" : null;
  if (process.getuid?.() === 0 || first === null || Number(readFileSync(first, "utf8")) <= 80) {
    context.skip("this user may listen on port 80");
  }
  await expect(findFreePort(80)).rejects.toMatchObject({
    code: "unavailable",
    message: "This user may not listen on port 80.",
  });
});
