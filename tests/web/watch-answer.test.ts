import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { log } from "@/lib/platform/log/log";
import { inRequest, requestContext } from "@/lib/platform/request/request-context";
import { watchAnswer } from "@/web/watch-answer";

let close = () => {};
afterEach(() => close());
const levels = ["debug", "info", "warn", "error"] as const;
let logged: [level: string, line: object][] = [];
beforeEach(() => {
  logged = [];
  for (const level of levels) {
    vi.spyOn(log(), level).mockImplementation(((line: object) => logged.push([level, line])) as never);
  }
});

async function ask(answer: RequestListener, headers: Record<string, string> = {}, method = "GET") {
  const server = createServer((incoming, outgoing) =>
    inRequest({ requestId: "r-1", address: "203.0.113.7" }, () => {
      watchAnswer(incoming, outgoing);
      answer(incoming, outgoing);
    }),
  );
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  close = () => server.close();
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/join/x?PROLIFIC_PID=1`, { headers, method });
  const body = await response.text();
  await new Promise((settle) => setTimeout(settle, 20));
  return { response, body };
}
const lose = () => requestContext()!.faults.add("database-away");

it("replaces a page that failed because the database is unavailable, in the reader's language", async () => {
  const failing: RequestListener = (_, outgoing) => {
    lose();
    outgoing.statusCode = 500;
    outgoing.setHeader("Content-Type", "text/html");
    outgoing.write("<html>plain");
    outgoing.end(" page</html>");
  };
  const { response, body } = await ask(failing);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(body).toContain("Back in a moment");
  expect(body).not.toContain("plain");
  close();
  expect((await ask(failing, { "accept-language": "de-AT,de;q=0.9" })).body).toContain("Gleich wieder da");
  close();
  const head = await ask(failing, {}, "HEAD");
  expect([head.response.status, head.body]).toEqual([503, ""]);
  expect(logged[0]).toMatchObject(["warn", { status: 503, requestId: "r-1", path: "/join/x" }]);
  expect(JSON.stringify(logged)).not.toContain("PROLIFIC");
});

it.each([
  ["an action, with its answer", 200, { "next-action": "a" }],
  ["signing in, with its answer", 401, {}],
])("gives %s the status", async (_, status, headers) => {
  const { response, body } = await ask(
    (_, outgoing) => {
      lose();
      outgoing.writeHead(status, { "content-type": "application/json" });
      outgoing.end('{"kept":true}');
    },
    headers as Record<string, string>,
  );
  expect([response.status, body]).toEqual([503, '{"kept":true}']);
  expect(response.headers.get("retry-after")).toBe("5");
});

it("does not change anything else: other errors, and responses that succeeded anyway", async () => {
  const failed = await ask((_, outgoing) => {
    outgoing.statusCode = 500;
    outgoing.end("own words");
  });
  expect([failed.response.status, failed.body]).toEqual([500, "own words"]);
  close();
  const fine = await ask((_, outgoing) => {
    lose();
    outgoing.end("fine");
  });
  expect([fine.response.status, fine.body]).toEqual([200, "fine"]);
});

it.each([
  [200, "debug"],
  [404, "debug"],
  [401, "info"],
  [413, "info"],
  [429, "info"],
  [500, "error"],
] as const)("logs %s at %s", async (status, level) => {
  await ask((_, outgoing) => {
    outgoing.statusCode = status;
    outgoing.end();
  });
  expect(logged).toMatchObject([[level, { status, address: "203.0.113.7", method: "GET", path: "/join/x" }]]);
});
